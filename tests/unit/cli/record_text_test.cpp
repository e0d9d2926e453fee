#include "render/record_text.hpp"

#include <catch2/catch.hpp>

using namespace track;
using namespace track::cli;

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
