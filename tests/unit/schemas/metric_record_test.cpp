#include <catch2/catch.hpp>
#include <cmath>

#include "track/schemas/records.hpp"

using namespace track;  // NOLINT: a test file

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

TEST_CASE("a metric is summed up as declared, else by its last value", "[schemas]") {
  CHECK(make_metric(Goal::none, Statistic::automatic).summary_value() == 5);
  CHECK(make_metric(Goal::minimize, Statistic::automatic).summary_value() == 5);
  CHECK(make_metric(Goal::minimize, Statistic::best).summary_value() == 1);
  CHECK(make_metric(Goal::maximize, Statistic::best).summary_value() == 8);
  CHECK(make_metric(Goal::maximize, Statistic::mean).summary_value() == 4);
  CHECK_FALSE(make_metric(Goal::none, Statistic::best).summary_value().has_value());
}

TEST_CASE("a run that ended in NaN is summed up as NaN, whatever it was before", "[schemas]") {
  auto metric = make_metric(Goal::minimize, Statistic::automatic);
  metric.last = StepValue{9, std::nan("")};
  REQUIRE(metric.summary_value());
  CHECK(std::isnan(*metric.summary_value()));
}
