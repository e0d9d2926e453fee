#include "query/curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace track::detail {
namespace {

constexpr double k_largest = std::numeric_limits<double>::max();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

CurveBucket open_bucket(std::int64_t step, double x) {
  return {.first_step = step,
          .last_step = step,
          .first_x = x,
          .last_x = x,
          .min = k_nan,
          .max = k_nan,
          .last = k_nan,
          .count = 0,
          .n_nan = 0,
          .n_inf = 0};
}

void add(CurveBucket& bucket, std::int64_t step, double x, double value) {
  bucket.last_step = step;
  bucket.last_x = x;
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

/// Keeps the points from `from` up to `to`, by index.
void keep(SeriesPoints& points, std::size_t from, std::size_t to) {
  const auto cut = [&](auto& column) {
    column.erase(column.begin() + static_cast<std::ptrdiff_t>(to), column.end());
    column.erase(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(from));
  };
  cut(points.steps);
  cut(points.times_ms);
  cut(points.values);
}

}  // namespace

void smooth_values(std::vector<double>& values, double weight) {
  if (weight == 0) return;
  double average = 0;
  double bias = 1;
  for (double& value : values) {
    if (!std::isfinite(value)) continue;
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    // Rounding must not lead beyond the largest number.
    value = std::clamp(average / (1 - bias), -k_largest, k_largest);
  }
}

std::vector<double> place_on_axis(SeriesPoints& points, const SeriesPoints& axis) {
  std::vector<double> xs;
  xs.reserve(points.steps.size());
  double x = k_nan;
  std::size_t next = 0;
  std::size_t before = 0;
  for (const auto step : points.steps) {
    for (; next < axis.steps.size() && axis.steps[next] <= step; ++next) {
      if (std::isfinite(axis.values[next])) x = axis.values[next];
    }
    if (std::isnan(x)) {
      ++before;
    } else {
      xs.push_back(x);
    }
  }
  keep(points, before, points.steps.size());
  return xs;
}

void keep_steps(SeriesPoints& points, StepRange range) {
  const auto begin = std::lower_bound(points.steps.begin(), points.steps.end(), range.from);
  const auto end = std::upper_bound(begin, points.steps.end(), range.to);
  keep(points, static_cast<std::size_t>(begin - points.steps.begin()),
       static_cast<std::size_t>(end - points.steps.begin()));
}

std::vector<CurveBucket> make_curve(const SeriesPoints& points, std::size_t buckets,
                                    const std::vector<double>& xs) {
  std::vector<CurveBucket> curve;
  if (points.steps.empty() || buckets == 0) return curve;
  const auto first = points.steps.front();
  const auto span = distance(first, points.steps.back());
  // Steps a bucket has beside its first, so that the last step falls into the last bucket. One
  // bucket may have all that there are, of which no integer can hold the number.
  const auto beside = span / buckets;
  std::uint64_t start = 0;  // of the present bucket, as a distance from the first step
  for (std::size_t i = 0; i < points.steps.size(); ++i) {
    const auto far = distance(first, points.steps[i]);
    const double x = xs.empty() ? static_cast<double>(points.steps[i]) : xs[i];
    if (curve.empty() || far - start > beside) {
      curve.push_back(open_bucket(points.steps[i], x));
      start = beside == span ? 0 : far / (beside + 1) * (beside + 1);
    }
    add(curve.back(), points.steps[i], x, points.values[i]);
  }
  return curve;
}

}  // namespace track::detail
