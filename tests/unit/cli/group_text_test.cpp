#include "group_text.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace track;

namespace {

std::string print(const std::vector<RunGroup>& groups, const std::vector<std::string>& columns) {
  constexpr cli::Terminal k_pipe{.is_terminal = false, .width = 80, .colour = false, .utf8 = true};
  std::ostringstream out;
  cli::print_groups(groups, columns, out, k_pipe);
  return out.str();
}

std::vector<RunGroup> make_groups() {
  RunGroup first;
  first.by = {{"lr", Value(0.1)}};
  first.runs = {RunId{"a"}, RunId{"b"}, RunId{"c"}};
  first.metrics = {{SeriesKey{"acc", {}}, 2, 1, 0.95, 0.012},
                   {SeriesKey{"acc", {{"slice", "8"}}}, 3, 0, 0.5, 0.1},
                   {SeriesKey{"system/cpu", {}}, 3, 0, 0.5, 0.1}};
  RunGroup second;
  second.by = {{"lr", std::nullopt}};
  second.runs = {RunId{"d"}};
  second.metrics = {{SeriesKey{"acc", {}}, 1, 0, 0.9, std::nullopt}};
  return {first, second};
}

}  // namespace

TEST_CASE("a group shows mean, deviation and the runs that lack a value", "[cli]") {
  CHECK(print(make_groups(), {}) ==
        " lr  runs                        acc\n"
        "0.1     3  0.950 ± 0.012 (1 missing)\n"
        "  -     1                        0.9\n");
}

TEST_CASE("columns choose the metrics, labelled ones too", "[cli]") {
  CHECK(print(make_groups(), {"metric:acc{slice=8}"}) ==
        " lr  runs  acc{slice=8}\n"
        "0.1     3   0.50 ± 0.10\n"
        "  -     1             -\n");
}
