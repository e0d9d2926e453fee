#include "difference_text.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace track;
using namespace track::cli;

namespace {

constexpr Terminal k_pipe{.is_terminal = false, .width = 80, .colour = false, .utf8 = true};

DiffReport make_report() {
  DiffReport report;
  report.left = RunId{"aaaaaaaaaaaaaaaa"};
  report.right = RunId{"bbbbbbbbbbbbbbbb"};
  DiffSection params{"params", 2, {}};
  params.entries = {{"lr", ChangeKind::changed, Value(0.1), Value(0.2), "real", "real", ""},
                    {"seed", ChangeKind::added, std::nullopt, Value(1), "", "integer", ""},
                    {"width", ChangeKind::changed, Value(1), Value("1"), "integer", "text", ""}};
  DiffSection code{"code", 0, {}};
  code.entries = {{"train.py", ChangeKind::changed, std::nullopt, std::nullopt, "", "",
                   "--- a\n+++ b\n-x = 1\n+x = `2`\n"}};
  report.sections = {params, code, {"metrics", 3, {}}};
  return report;
}

}  // namespace

TEST_CASE("a difference shows what differs and names what is equal", "[cli]") {
  std::ostringstream out;
  print_difference(make_report(), out, k_pipe);
  CHECK(out.str() ==
        "params\n"
        "  ~  lr     0.1          0.2\n"
        "  +  seed   -            1\n"
        "  ~  width  1 (integer)  1 (text)\n"
        "code\n"
        "  ~  train.py  -  -\n"
        "  train.py\n"
        "    --- a\n"
        "    +++ b\n"
        "    -x = 1\n"
        "    +x = `2`\n"
        "equal: metrics\n");
}

TEST_CASE("a difference in Markdown fences code and tables the rest", "[cli]") {
  std::ostringstream out;
  print_difference_markdown(make_report(), out);
  const std::string text = out.str();
  CHECK(text.find("| changed | lr | 0\\.1 | 0\\.2 |  |\n") != std::string::npos);
  CHECK(text.find("```diff\n--- a\n") != std::string::npos);
  CHECK(text.find("Equal: metrics\n") != std::string::npos);
}

TEST_CASE("a fence is longer than any inside it", "[cli]") {
  auto report = make_report();
  report.sections[1].entries[0].detail = "+````\n+x\n";
  std::ostringstream out;
  print_difference_markdown(report, out);
  CHECK(out.str().find("`````diff\n") != std::string::npos);
}

TEST_CASE("a name cannot be read as markup", "[cli]") {
  CHECK(escape_markdown("<script>") == "&lt;script&gt;");
  CHECK(escape_markdown("a|b*c") == "a\\|b\\*c");
  CHECK(escape_markdown("x\ny") == "x\\\\ny");
}
