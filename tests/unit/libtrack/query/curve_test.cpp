#include "query/curve.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

using namespace track;  // NOLINT: a test file

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_inf = std::numeric_limits<double>::infinity();
constexpr auto k_first = std::numeric_limits<std::int64_t>::min();
constexpr auto k_last = std::numeric_limits<std::int64_t>::max();

SeriesPoints points(std::vector<std::int64_t> steps, std::vector<double> values) {
  SeriesPoints points;
  points.times_ms.resize(steps.size());
  points.steps = std::move(steps);
  points.values = std::move(values);
  return points;
}

}  // namespace

TEST_CASE("A curve of nothing, or in no buckets, is empty", "[query]") {
  CHECK(detail::make_curve({}, 10).empty());
  CHECK(detail::make_curve(points({1, 2}, {1, 2}), 0).empty());
}

TEST_CASE("Where there are buckets enough every step has its own", "[query]") {
  const auto curve = detail::make_curve(points({-1, 0, 1, 2}, {4, 3, 2, 1}), 4);
  REQUIRE(curve.size() == 4);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    CHECK(curve[i].first_step == static_cast<std::int64_t>(i) - 1);
    CHECK(curve[i].last_step == curve[i].first_step);
    CHECK(curve[i].count == 1);
    CHECK(curve[i].min == 4.0 - static_cast<double>(i));
    CHECK(curve[i].max == curve[i].min);
    CHECK(curve[i].last == curve[i].min);
  }
}

TEST_CASE("A lone spike in a long curve is kept", "[query]") {
  std::vector<std::int64_t> steps(100'000);
  std::vector<double> values(steps.size(), 0.5);
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = static_cast<std::int64_t>(i);
  values[54'321] = 1e6;
  values[54'322] = -1e6;
  const auto curve = detail::make_curve(points(steps, values), 100);
  CHECK(curve.size() == 100);
  const auto high = std::max_element(curve.begin(), curve.end(),
                                     [](const auto& a, const auto& b) { return a.max < b.max; });
  CHECK(high->max == 1e6);
  CHECK(high->min == -1e6);
  CHECK(high->last == 0.5);
  CHECK(high->first_step <= 54'321);
  CHECK(high->last_step >= 54'322);
}

TEST_CASE("What is not finite is counted, and moves no bound", "[query]") {
  const auto curve =
      detail::make_curve(points({0, 1, 2, 3, 4, 5}, {k_nan, 1, k_inf, -k_inf, 2, k_nan}), 1);
  REQUIRE(curve.size() == 1);
  CHECK(curve[0].min == 1.0);
  CHECK(curve[0].max == 2.0);
  CHECK(std::isnan(curve[0].last));
  CHECK(curve[0].count == 6);
  CHECK(curve[0].n_nan == 2);
  CHECK(curve[0].n_inf == 2);
}

TEST_CASE("A bucket without a finite value has no bounds", "[query]") {
  const auto curve = detail::make_curve(points({0, 1, 2, 3}, {k_nan, k_inf, 1, 1}), 2);
  REQUIRE(curve.size() == 2);
  CHECK(std::isnan(curve[0].min));
  CHECK(std::isnan(curve[0].max));
  CHECK(curve[0].last == k_inf);
  CHECK(curve[1].min == 1.0);
}

TEST_CASE("Buckets are of equal width, and a gap makes none", "[query]") {
  const auto curve = detail::make_curve(points({0, 1, 98, 99}, {1, 2, 3, 4}), 10);
  REQUIRE(curve.size() == 2);
  CHECK(curve[0].last_step == 1);
  CHECK(curve[1].first_step == 98);
  CHECK(curve[1].count == 2);
}

TEST_CASE("Steps over the whole range of their type fall into the buckets asked for", "[query]") {
  const auto all = points({k_first, -1, 0, k_last}, {1, 2, 3, 4});
  const auto one = detail::make_curve(all, 1);
  REQUIRE(one.size() == 1);
  CHECK(one[0].count == 4);
  CHECK(one[0].first_step == k_first);
  CHECK(one[0].last_step == k_last);
  const auto two = detail::make_curve(all, 2);
  REQUIRE(two.size() == 2);
  CHECK(two[0].count == 2);
  CHECK(detail::make_curve(all, std::numeric_limits<std::size_t>::max()).size() == 4);
}

TEST_CASE("Any curve holds every point once, within the bounds of its bucket", "[query]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> steps;
  std::vector<double> values;
  std::int64_t step = -50;
  for (int i = 0; i < 500; ++i) {
    step += static_cast<std::int64_t>(random() % 7);  // the same step may come again
    steps.push_back(step);
    values.push_back(random() % 11 == 0 ? k_nan : static_cast<double>(random() % 1000));
  }
  const std::size_t buckets = 1 + random() % 60;
  CAPTURE(buckets);
  const auto curve = detail::make_curve(points(steps, values), buckets);
  CHECK(curve.size() <= buckets);
  std::size_t at = 0;
  for (const auto& bucket : curve) {
    std::uint64_t nans = 0;
    REQUIRE(bucket.count > 0);
    CHECK(bucket.first_step == steps[at]);
    for (std::uint64_t i = 0; i < bucket.count; ++i, ++at) {
      REQUIRE(at < steps.size());
      if (std::isnan(values[at])) {
        ++nans;
      } else {
        CHECK(values[at] >= bucket.min);
        CHECK(values[at] <= bucket.max);
      }
    }
    CHECK(bucket.n_nan == nans);
    CHECK(bucket.last_step == steps[at - 1]);
  }
  CHECK(at == steps.size());
}

TEST_CASE("Smoothing weighs the past, is not drawn to zero at first, and passes by NaN",
          "[query]") {
  std::vector<double> constant(10, 3.0);
  detail::smooth_values(constant, 0.9);
  for (const double value : constant) CHECK(value == Approx(3.0));
  std::vector<double> values = {1, k_nan, 3, k_inf};
  detail::smooth_values(values, 0.5);
  CHECK(values[0] == 1);
  CHECK(std::isnan(values[1]));
  CHECK(values[2] == Approx((0.5 * 0.5 * 1 + 0.5 * 3) / 0.75));
  CHECK(values[3] == k_inf);
  std::vector<double> largest(5, std::numeric_limits<double>::max());
  detail::smooth_values(largest, 0.9);
  for (const double value : largest) CHECK(std::isfinite(value));
  std::vector<double> as_they_are = {1, 5, 2};
  detail::smooth_values(as_they_are, 0);
  CHECK(as_they_are == std::vector<double>{1, 5, 2});
}

TEST_CASE("A point lies where the axis was last, and nowhere before its first", "[query]") {
  auto drawn = points({0, 1, 2, 3, 9}, {10, 11, 12, 13, 19});
  const auto axis = points({1, 3, 4, 9}, {0.5, 1.5, k_nan, 2.5});
  const auto xs = detail::place_on_axis(drawn, axis);
  CHECK(xs == std::vector<double>{0.5, 0.5, 1.5, 2.5});
  CHECK(drawn.steps == std::vector<std::int64_t>{1, 2, 3, 9});
  const auto curve = detail::make_curve(drawn, 1, xs);
  REQUIRE(curve.size() == 1);
  CHECK(curve[0].first_x == 0.5);
  CHECK(curve[0].last_x == 2.5);
  CHECK(curve[0].first_step == 1);
  auto nowhere = points({0, 1}, {1, 1});
  CHECK(detail::place_on_axis(nowhere, points({5}, {1})).empty());
  CHECK(nowhere.steps.empty());
}
