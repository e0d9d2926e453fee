#include "render/record_text.hpp"

#include <catch2/catch.hpp>

using namespace track;
using namespace track::cli;

namespace {

MetricRecord make_metric(Goal goal, Statistic summary) {
  MetricRecord metric;
  metric.last = StepValue{9, 5};
  metric.min = StepValue{2, 1};
  metric.max = StepValue{3, 8};
  metric.mean = 4;
  metric.goal = goal;
  metric.summary = summary;
  return metric;
}

}  // namespace

TEST_CASE("a metric is summed up as declared, else by its goal, else by its last", "[cli]") {
  CHECK(summary_of(make_metric(Goal::none, Statistic::automatic)) == 5);
  CHECK(summary_of(make_metric(Goal::minimize, Statistic::automatic)) == 1);
  CHECK(summary_of(make_metric(Goal::maximize, Statistic::automatic)) == 8);
  CHECK(summary_of(make_metric(Goal::maximize, Statistic::last)) == 5);
  CHECK(summary_of(make_metric(Goal::maximize, Statistic::mean)) == 4);
  CHECK_FALSE(summary_of(make_metric(Goal::none, Statistic::best)).has_value());
}

TEST_CASE("a run without a known end has no duration", "[cli]") {
  RunRecord run;
  run.start = Timestamp{1000};
  run.state = RunState::killed;
  CHECK_FALSE(duration_of(run, Timestamp{5000}).has_value());
  run.state = RunState::running;
  CHECK(duration_of(run, Timestamp{5000}) == 4000);
  run.end = Timestamp{3000};
  CHECK(duration_of(run, Timestamp{5000}) == 2000);
}

TEST_CASE("a state says why", "[cli]") {
  RunRecord run;
  run.state = RunState::failed;
  run.end_reason = "exit code 3";
  CHECK(describe_state(run) == "failed: exit code 3");
}

TEST_CASE("system and time metrics are not the model's", "[cli]") {
  CHECK(is_system_metric(SeriesKey{"system/cpu", {}}));
  CHECK(is_system_metric(SeriesKey{"time/step", {}}));
  CHECK_FALSE(is_system_metric(SeriesKey{"timeout", {}}));
}
