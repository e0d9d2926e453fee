#include "details_text.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <sstream>

using namespace track;

namespace {

constexpr cli::Terminal k_pipe{.is_terminal = false, .width = 80, .colour = false, .utf8 = true};
constexpr Timestamp k_now{1'700'000'000'000};

RunDetails make_details() {
  RunDetails details;
  details.run.id = RunId{"abcdefgh01234567"};
  details.run.name = "train-abcd";
  details.run.experiment = "digits";
  details.run.state = RunState::failed;
  details.run.end_reason = "exit code 3";
  details.run.start = Timestamp{k_now.ms - 120'000};
  details.run.end = Timestamp{k_now.ms - 60'000};
  return details;
}

std::string print(const RunDetails& details, bool captured = false) {
  std::ostringstream out;
  print_details(details, captured, k_now, out, k_pipe);
  return out.str();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a run is shown with its state, its reason and how long it took", "[cli]") {
  const auto text = print(make_details());
  CHECK(contains(text, "train-abcd\n  id          abcdefgh01234567\n"));
  CHECK(contains(text, "  state       failed: exit code 3\n"));
  CHECK(contains(text, "  took        1m 00s\n"));
  CHECK_FALSE(contains(text, "params"));
}

TEST_CASE("what a run lost and what conflicted is always shown", "[cli]") {
  auto details = make_details();
  details.run.dropped = 7;
  details.run.losses = {"artifact model: no space left"};
  details.conflicts = {{details.run.id, "param lr", "set to 0.1 and 0.2", k_now}};
  const auto text = print(details);
  CHECK(contains(text, "7 points"));
  CHECK(contains(text, "artifact model: no space left"));
  CHECK(contains(text, "param lr: set to 0.1 and 0.2"));
}

TEST_CASE("metrics show every digit, and how many points were not finite", "[cli]") {
  auto details = make_details();
  MetricRecord metric;
  metric.series = SeriesKey{"loss", {{"split", "val"}}};
  metric.count = 4;
  metric.last = StepValue{3, std::numeric_limits<double>::quiet_NaN()};
  metric.last_is_nan = true;
  metric.min = StepValue{1, 0.1};
  metric.max = StepValue{0, 1.0 / 3};
  metric.goal = Goal::minimize;
  metric.n_nan = 2;
  details.metrics = {metric};
  const auto text = print(details);
  CHECK(contains(text, "loss{split=val}"));
  CHECK(contains(text, "NaN   0.1        1  0.1  0.3333333333333333"));
  CHECK(contains(text, "4        2\n"));
}

TEST_CASE("of what was captured the key is shown, and all of it on request", "[cli]") {
  auto details = make_details();
  details.fields = {known_field(Section::code, "commit", FieldClass::key, "abc"),
                    known_field(Section::hardware, "cpu.model", FieldClass::numeric, "X"),
                    unknown_field(Section::hardware, "gpu", FieldClass::numeric,
                                  FieldState::unavailable, "no driver")};
  CHECK(contains(print(details), "code\n  commit  abc\n"));
  CHECK_FALSE(contains(print(details), "cpu.model"));
  CHECK(contains(print(details, true), "hardware\n  cpu.model  X\n"));
  CHECK(contains(print(details, true), "(unavailable: no driver)"));
}

TEST_CASE("a param's name cannot break a line", "[cli]") {
  auto details = make_details();
  details.params = {{details.run.id, "a\nb", Value("x\x1b[2J")}};
  CHECK(contains(print(details), "params\n  a\\nb  x\\x1b[2J\n"));
}

TEST_CASE("the ranks of a metric are shown as mean, least and greatest", "[cli]") {
  auto details = make_details();
  for (const int rank : {0, 1}) {
    MetricRecord metric;
    metric.series = SeriesKey{"loss", {{"rank", std::to_string(rank)}}};
    metric.count = 4;
    metric.last = metric.min = metric.max = StepValue{3, rank + 1.0};
    details.metrics.push_back(metric);
  }
  const auto text = print(details);
  CHECK(contains(text, "  loss (mean of 2 ranks)   1.5     -        -  1.5  1.5       8"));
  CHECK(contains(text, "    least of them            1     -        -    1    1       4"));
  CHECK(contains(text, "    greatest of them         2     -        -    2    2       4"));
  CHECK_FALSE(contains(text, "rank="));
}
