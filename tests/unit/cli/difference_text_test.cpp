#include "difference_text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
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

TEST_CASE("a difference names the units of resources, and spells what is not finite", "[cli]") {
  DiffReport report;
  DiffSection metrics{"metrics", 0, {}};
  metrics.entries = {{"loss", ChangeKind::changed, Value(std::nan("")), Value(0.5), "", "", ""}};
  DiffSection resources{"resources", 0, {}};
  const auto add = [&](std::string name, Value left, Value right) {
    resources.entries.push_back(
        {std::move(name), ChangeKind::changed, std::move(left), std::move(right), "", "", ""});
  };
  add("capture.code", Value(40.728283), Value(7.0));
  add("peak_rss (at finish)", Value(35680256), Value(512));
  add("wall_seconds (at finish)", Value(1.25), Value(0.0125));
  report.sections = {metrics, resources};
  std::ostringstream out;
  print_difference(report, out, k_pipe);
  CHECK(out.str() ==
        "metrics\n"
        "  ~  loss  NaN  0.5\n"
        "resources\n"
        "  ~  capture.code              40.7 ms   7.0 ms\n"
        "  ~  peak_rss (at finish)      34.0 MiB  512 B\n"
        "  ~  wall_seconds (at finish)  1.250 s   0.013 s\n");
  std::ostringstream markdown;
  print_difference_markdown(report, markdown);
  CHECK_THAT(markdown.str(), Catch::Contains("34\\.0 MiB") && Catch::Contains("NaN"));
}

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
