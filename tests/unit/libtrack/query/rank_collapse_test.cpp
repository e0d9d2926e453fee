#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "track/ranks.hpp"

using namespace track;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

/// A series of two points, `first` and `last`.
MetricRecord series(Labels labels, double first, double last) {
  MetricRecord metric;
  metric.series = {"loss", std::move(labels)};
  metric.count = 2;
  metric.first = StepValue{0, first};
  metric.last = StepValue{1, last};
  metric.last_is_nan = std::isnan(last);
  metric.n_nan = std::isnan(last) ? 1 : 0;
  metric.min = StepValue{0, std::fmin(first, last)};
  metric.max = StepValue{0, std::fmax(first, last)};
  metric.mean = std::isnan(last) ? first : (first + last) / 2;
  metric.goal = Goal::minimize;
  return metric;
}

}  // namespace

TEST_CASE("ranks of one series are a metric of mean, least and greatest", "[query]") {
  const auto all = collapse_ranks({series({{"rank", "0"}}, 9, 1), series({{"rank", "1"}}, 7, 3),
                                   series({{"rank", "2"}}, 8, 5)});
  REQUIRE(all.size() == 1);
  const auto& loss = all.front();
  CHECK(loss.name == SeriesKey{"loss", {}});
  CHECK(loss.mean.series == loss.name);
  CHECK(loss.ranks == 3);
  CHECK(loss.mean.count == 6);
  CHECK(loss.mean.last->value == 3);
  CHECK(loss.mean.last->step == 1);
  CHECK(loss.mean.best()->value == 3);
  CHECK(loss.mean.mean == 5.5);
  REQUIRE(loss.least);
  REQUIRE(loss.greatest);
  CHECK(loss.least->last->value == 1);
  CHECK(loss.greatest->last->value == 5);
  CHECK(loss.greatest->first->value == 9);
  CHECK(loss.least->count == 2);
}

TEST_CASE("a NaN of one rank is the mean's, and hides no extreme", "[query]") {
  const auto all =
      collapse_ranks({series({{"rank", "0"}}, 4, 2), series({{"rank", "1"}}, 6, k_nan)});
  REQUIRE(all.size() == 1);
  const auto& loss = all.front();
  CHECK(std::isnan(loss.mean.last->value));
  CHECK(loss.mean.last_is_nan);
  CHECK(std::isnan(*loss.mean.summary_value()));
  CHECK(loss.mean.n_nan == 1);
  CHECK(loss.least->last->value == 2);
  CHECK(loss.greatest->last->value == 2);
}

TEST_CASE("a statistic that a rank lacks is none of all", "[query]") {
  auto empty = series({{"rank", "1"}}, k_nan, k_nan);
  empty.min.reset();
  empty.max.reset();
  empty.mean.reset();
  const auto all = collapse_ranks({series({{"rank", "0"}}, 4, 2), empty});
  REQUIRE(all.size() == 1);
  CHECK_FALSE(all.front().mean.min);
  CHECK_FALSE(all.front().mean.best());
  CHECK_FALSE(all.front().mean.mean);
  CHECK(all.front().least->min->value == 2);
}

TEST_CASE("one rank is its series, under the name without rank", "[query]") {
  const auto all = collapse_ranks({series({{"rank", "3"}}, 4, 2)});
  REQUIRE(all.size() == 1);
  CHECK(all.front().name == SeriesKey{"loss", {}});
  CHECK(all.front().mean.series == SeriesKey{"loss", {{"rank", "3"}}});
  CHECK_FALSE(all.front().least);
}

TEST_CASE("other labels and a series without rank stay apart", "[query]") {
  const auto split = collapse_ranks({series({{"rank", "0"}, {"split", "a"}}, 1, 1),
                                     series({{"rank", "0"}, {"split", "b"}}, 2, 2),
                                     series({{"rank", "1"}, {"split", "a"}}, 3, 3)});
  REQUIRE(split.size() == 2);
  CHECK(split[0].name.to_string() == "loss{split=a}");
  CHECK(split[0].mean.last->value == 2);
  CHECK(split[1].ranks == 1);
  const auto beside = collapse_ranks(
      {series({}, 1, 1), series({{"rank", "1"}}, 2, 2), series({{"rank", "2"}}, 3, 3)});
  REQUIRE(beside.size() == 3);
  CHECK(beside[0].name.to_string() == "loss");
  CHECK(beside[2].name.to_string() == "loss{rank=2}");
}

TEST_CASE("a key finds its own series before those of its ranks", "[query]") {
  const std::vector<MetricRecord> metrics = {series({{"rank", "0"}}, 1, 1),
                                             series({{"rank", "1"}}, 3, 3)};
  CHECK(find_ranked(metrics, {"loss", {}})->mean.last->value == 2);
  CHECK(find_ranked(metrics, {"loss", {{"rank", "1"}}})->mean.last->value == 3);
  CHECK_FALSE(find_ranked(metrics, {"loss", {{"rank", "2"}}}));
  CHECK_FALSE(find_ranked(metrics, {"acc", {}}));
  auto beside = metrics;
  beside.push_back(series({}, 7, 7));
  CHECK(find_ranked(beside, {"loss", {}})->mean.last->value == 7);
}

TEST_CASE("what every rank reached, their mean reaches", "[query]") {
  for (const double value : {0.99, 0.95, 0.7, 0.1, 1e308}) {
    const auto all = collapse_ranks({series({{"rank", "0"}}, value, value),
                                     series({{"rank", "1"}}, value, value),
                                     series({{"rank", "2"}}, value, value)});
    REQUIRE(all.size() == 1);
    CHECK(all.front().mean.last->value == value);
    CHECK(all.front().mean.max->value == value);
  }
}
