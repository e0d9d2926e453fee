#include "query/curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace track::detail {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

CurveBucket open_bucket(std::int64_t step) {
  return {.first_step = step,
          .last_step = step,
          .min = k_nan,
          .max = k_nan,
          .last = k_nan,
          .count = 0,
          .n_nan = 0,
          .n_inf = 0};
}

void add(CurveBucket& bucket, std::int64_t step, double value) {
  bucket.last_step = step;
  bucket.last = value;
  ++bucket.count;
  if (std::isnan(value)) {
    ++bucket.n_nan;
  } else if (std::isinf(value)) {
    ++bucket.n_inf;
  } else {
    bucket.min = std::isnan(bucket.min) ? value : std::min(bucket.min, value);
    bucket.max = std::isnan(bucket.max) ? value : std::max(bucket.max, value);
  }
}

/// Distance of two steps; as unsigned it holds the whole range of int64.
std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

}  // namespace

std::vector<CurveBucket> make_curve(const SeriesPoints& points, std::size_t buckets) {
  std::vector<CurveBucket> curve;
  if (points.steps.empty() || buckets == 0) return curve;
  const auto first = points.steps.front();
  const auto span = distance(first, points.steps.back());
  // Steps a bucket has beside its first, so that the last step falls into the last bucket. One
  // bucket may have all that there are, of which no integer can hold the number.
  const auto beside = span / buckets;
  std::uint64_t current = 0;
  for (std::size_t i = 0; i < points.steps.size(); ++i) {
    const auto index = beside == span ? 0 : distance(first, points.steps[i]) / (beside + 1);
    if (curve.empty() || index != current) {
      curve.push_back(open_bucket(points.steps[i]));
      current = index;
    }
    add(curve.back(), points.steps[i], points.values[i]);
  }
  return curve;
}

}  // namespace track::detail
