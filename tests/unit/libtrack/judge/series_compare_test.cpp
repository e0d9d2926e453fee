#include "judge/series_compare.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace track::detail {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
const SeriesKey k_loss{"loss", {}};

using Point = std::pair<std::int64_t, double>;

SeriesPoints series(const std::vector<Point>& points) {
  SeriesPoints result;
  for (const auto& [step, value] : points) {
    result.steps.push_back(step);
    result.values.push_back(value);
    result.times_ms.push_back(static_cast<std::int64_t>(result.times_ms.size()) * 7);
  }
  return result;
}

SeriesComparison compare(const std::vector<Point>& original, const std::vector<Point>& other,
                         Tolerance tolerance = {}, bool overlap = false) {
  return compare_series(k_loss, series(original), series(other), tolerance, overlap);
}

double nan_of(std::uint64_t payload) {
  return std::bit_cast<double>(0x7ff8000000000000U | payload);
}

}  // namespace

TEST_CASE("Equal points are bit exact whatever order they were appended in", "[judge]") {
  std::vector<Point> points;
  for (int step = 0; step < 50; ++step) {
    for (int duplicate = 0; duplicate < 3; ++duplicate)
      points.emplace_back(step, 1.0 / (1 + step + duplicate));
  }
  auto shuffled = points;
  std::mt19937 random(20260101);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    CHECK(compare(points, shuffled).verdict == Verdict::bit_exact);
  }
}

TEST_CASE("Times play no part", "[judge]") {
  auto late = series({{0, 1.0}, {1, 2.0}});
  late.times_ms = {900, 100};
  CHECK(compare_series(k_loss, series({{0, 1.0}, {1, 2.0}}), late, {}, false).verdict ==
        Verdict::bit_exact);
}

TEST_CASE("Duplicates count: one more of the same point is another shape", "[judge]") {
  const auto twice = compare({{0, 1.0}, {1, 2.0}}, {{0, 1.0}, {1, 2.0}, {1, 2.0}});
  CHECK(twice.verdict == Verdict::diverged);
  CHECK(twice.shape);
  // Another duplicate in its place keeps the count and is a value that differs.
  const auto other = compare({{1, 2.0}, {1, 3.0}}, {{1, 2.0}, {1, 2.0}});
  CHECK(other.verdict == Verdict::diverged);
  CHECK_FALSE(other.shape);
}

TEST_CASE("A negative zero is not a zero, and the bits say so", "[judge]") {
  const auto result = compare({{0, 1.0}, {5, 0.0}, {9, 3.0}}, {{0, 1.0}, {5, -0.0}, {9, 3.0}});
  REQUIRE(result.verdict == Verdict::diverged);
  REQUIRE(result.divergence);
  CHECK(result.divergence->equal_through == 0);
  CHECK(result.divergence->step == 5);
  CHECK(result.divergence->original_bits == "0x0000000000000000");
  CHECK(result.divergence->other_bits == "0x8000000000000000");
  CHECK(result.divergence->ulp == 1U);
  // With a tolerance they are as near as can be.
  CHECK(compare({{0, 0.0}}, {{0, -0.0}}, {.atol = 1e-9}).verdict == Verdict::within_tolerance);
}

TEST_CASE("NaNs are equal by their bits, and under a tolerance all alike", "[judge]") {
  CHECK(compare({{0, nan_of(1)}}, {{0, nan_of(1)}}).verdict == Verdict::bit_exact);
  const auto payload = compare({{0, nan_of(1)}}, {{0, nan_of(2)}});
  REQUIRE(payload.verdict == Verdict::diverged);
  REQUIRE(payload.divergence);
  CHECK_FALSE(payload.divergence->ulp);
  CHECK(payload.divergence->other_bits == "0x7ff8000000000002");
  CHECK(compare({{0, nan_of(1)}}, {{0, nan_of(2)}}, {.atol = 1}).verdict ==
        Verdict::within_tolerance);
  CHECK(compare({{0, nan_of(1)}}, {{0, 1.0}}, {.atol = k_infinity}).verdict == Verdict::diverged);
  CHECK(compare({{0, 1.0}}, {{0, nan_of(1)}}, {.atol = 1, .rtol = 1}).verdict == Verdict::diverged);
}

TEST_CASE("An infinity matches only itself", "[judge]") {
  const Tolerance wide{.atol = 1e300, .rtol = 1};
  CHECK(compare({{0, k_infinity}}, {{0, k_infinity}}, wide).verdict == Verdict::bit_exact);
  CHECK(compare({{0, k_infinity}}, {{0, -k_infinity}}, wide).verdict == Verdict::diverged);
  CHECK(compare({{0, k_infinity}}, {{0, 1e308}}, wide).verdict == Verdict::diverged);
  CHECK(compare({{0, 1e308}}, {{0, k_infinity}}, wide).verdict == Verdict::diverged);
}

TEST_CASE("A tolerance is absolute plus relative to the original", "[judge]") {
  CHECK(compare({{0, 100.0}}, {{0, 101.0}}, {.atol = 0, .rtol = 0.01}).verdict ==
        Verdict::within_tolerance);
  // Of the smaller of the two it would not reach: the original decides.
  CHECK(compare({{0, 1.0}}, {{0, 2.0}}, {.atol = 0, .rtol = 0.5}).verdict == Verdict::diverged);
  CHECK(compare({{0, 2.0}}, {{0, 1.0}}, {.atol = 0, .rtol = 0.5}).verdict ==
        Verdict::within_tolerance);
  CHECK(compare({{0, 1.0}}, {{0, 1.0 + 1e-15}}).verdict == Verdict::diverged);
}

TEST_CASE("The first divergence beyond the tolerance is the one that is named", "[judge]") {
  const auto result = compare({{0, 1.0}, {1, 1.0}, {2, 1.0}, {3, 1.0}},
                              {{0, 1.0}, {1, 1.001}, {2, 5.0}, {3, 9.0}}, {.atol = 0.1});
  REQUIRE(result.verdict == Verdict::diverged);
  REQUIRE(result.divergence);
  CHECK(result.divergence->step == 2);
  CHECK(result.divergence->equal_through == 1);
  CHECK(result.divergence->original == 1.0);
  CHECK(result.divergence->other == 5.0);
}

TEST_CASE("A tolerance never mends shape", "[judge]") {
  const Tolerance any{.atol = k_infinity};
  const auto missing = compare({{0, 1.0}, {1, 1.0}, {2, 1.0}}, {{0, 1.0}, {2, 1.0}}, any);
  CHECK(missing.verdict == Verdict::diverged);
  CHECK(missing.shape);
  CHECK(missing.detail == "step 1 is missing");
  const auto extra = compare({{0, 1.0}, {2, 1.0}}, {{0, 1.0}, {1, 1.0}, {2, 1.0}}, any);
  CHECK(extra.verdict == Verdict::diverged);
  CHECK(extra.detail == "step 1 is extra");
  CHECK(compare({{0, 1.0}, {1, 1.0}}, {{0, 1.0}}, any).detail == "step 1 is missing");
  CHECK(compare({{0, 1.0}}, {{0, 1.0}, {1, 1.0}}, any).detail == "step 1 is extra");
  CHECK(compare({}, {{4, 1.0}}, any).verdict == Verdict::diverged);
}

TEST_CASE("Of an incomplete record the overlap is judged", "[judge]") {
  SECTION("what the other did after the original's end does not count") {
    CHECK(compare({{0, 1.0}, {1, 2.0}}, {{0, 1.0}, {1, 2.0}, {2, 3.0}}, {}, true).verdict ==
          Verdict::bit_exact);
  }
  SECTION("a value that differs is a divergence all the same") {
    const auto result = compare({{0, 1.0}, {1, 2.0}}, {{0, 1.0}, {1, 2.5}, {2, 3.0}}, {}, true);
    REQUIRE(result.verdict == Verdict::diverged);
    CHECK(result.divergence->step == 1);
  }
  SECTION("an original that got further than the other was not judged to its end") {
    CHECK(compare({{0, 1.0}, {1, 2.0}, {2, 3.0}}, {{0, 1.0}}, {}, true).verdict ==
          Verdict::incomparable);
  }
  SECTION("a hole is unknown, neither equal nor a divergence") {
    CHECK(compare({{0, 1.0}, {2, 3.0}}, {{0, 1.0}, {1, 2.0}, {2, 3.0}}, {}, true).verdict ==
          Verdict::incomparable);
    CHECK(compare({{0, 1.0}, {1, 2.0}, {1, 4.0}}, {{0, 1.0}, {1, 4.0}}, {}, true).verdict ==
          Verdict::incomparable);
  }
  SECTION("beyond a hole a divergence is still found") {
    const auto result = compare({{0, 1.0}, {2, 3.0}}, {{0, 1.0}, {1, 2.0}, {2, 4.0}}, {}, true);
    REQUIRE(result.verdict == Verdict::diverged);
    CHECK(result.divergence->step == 2);
  }
  SECTION("no common step says nothing") {
    CHECK(compare({}, {{0, 1.0}}, {}, true).verdict == Verdict::incomparable);
    CHECK(compare({{7, 1.0}}, {{0, 1.0}}, {}, true).verdict == Verdict::incomparable);
  }
}

TEST_CASE("Distance in ulp runs through zero", "[judge]") {
  constexpr double k_tiny = std::numeric_limits<double>::denorm_min();
  CHECK(ulp_distance(1.0, 1.0) == 0U);
  CHECK(ulp_distance(1.0, std::nextafter(1.0, 2.0)) == 1U);
  CHECK(ulp_distance(-k_tiny, k_tiny) == 3U);
  CHECK(ulp_distance(-1.0, std::nextafter(-1.0, 0.0)) == 1U);
  CHECK_FALSE(ulp_distance(nan_of(0), 1.0));
}

TEST_CASE("Steps may be negative and as large as they get", "[judge]") {
  const auto low = std::numeric_limits<std::int64_t>::min();
  const auto high = std::numeric_limits<std::int64_t>::max();
  CHECK(compare({{high, 1.0}, {low, 2.0}}, {{low, 2.0}, {high, 1.0}}).verdict ==
        Verdict::bit_exact);
  const auto result = compare({{low, 1.0}}, {{low, 2.0}});
  REQUIRE(result.divergence);
  CHECK(result.divergence->step == low);
  CHECK_FALSE(result.divergence->equal_through);
}

}  // namespace track::detail
