#include "query/curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

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

void widen(CurveBucket& bucket, double least, double greatest) {
  bucket.min = std::isnan(bucket.min) ? least : std::min(bucket.min, least);
  bucket.max = std::isnan(bucket.max) ? greatest : std::max(bucket.max, greatest);
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
    widen(bucket, value, value);
  }
}

/// Distance of two steps; as unsigned it holds the whole range of int64.
std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

/// Puts points, in order of step, into buckets of equal width.
class CurveBuilder final : public storage::PointSink {
 public:
  explicit CurveBuilder(std::size_t buckets) : buckets_(buckets) {}

  void begin(std::int64_t first_step, std::int64_t last_step) override {
    first_ = first_step;
    span_ = distance(first_step, last_step);
    // Steps a bucket has beside its first, so that the last step falls into the last bucket. One
    // bucket may have all that there are, of which no integer can hold the number.
    beside_ = span_ / buckets_;
  }
  bool takes_block(std::int64_t first, std::int64_t last) override {
    return start_of(first) == start_of(last);
  }
  void block(const storage::PointBlock& block) override {
    auto& bucket = bucket_of(block.first_step, static_cast<double>(block.first_step));
    bucket.last_step = block.last_step;
    bucket.last_x = static_cast<double>(block.last_step);
    bucket.last = block.last;
    bucket.count += block.count;
    bucket.n_nan += block.n_nan;
    bucket.n_inf += block.n_inf;
    if (block.min && block.max) widen(bucket, *block.min, *block.max);
  }
  void points(std::span<const std::int64_t> steps, std::span<const double> values) override {
    for (std::size_t i = 0; i < steps.size(); ++i)
      point(steps[i], static_cast<double>(steps[i]), values[i]);
  }
  void point(std::int64_t step, double x, double value) { add(bucket_of(step, x), step, x, value); }

  [[nodiscard]] std::vector<CurveBucket> take() { return std::move(curve_); }

 private:
  /// Of the bucket that the step lies in, as a distance from the first step.
  [[nodiscard]] std::uint64_t start_of(std::int64_t step) const {
    return beside_ == span_ ? 0 : distance(first_, step) / (beside_ + 1) * (beside_ + 1);
  }
  CurveBucket& bucket_of(std::int64_t step, double x) {
    if (curve_.empty() || distance(first_, step) - start_ > beside_) {
      curve_.push_back(open_bucket(step, x));
      start_ = start_of(step);
    }
    return curve_.back();
  }

  std::size_t buckets_;
  std::int64_t first_ = 0;
  std::uint64_t span_ = 0;
  std::uint64_t beside_ = 0;
  std::uint64_t start_ = 0;  // of the present bucket
  std::vector<CurveBucket> curve_;
};

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
  if (points.steps.empty() || buckets == 0) return {};
  CurveBuilder builder(buckets);
  builder.begin(points.steps.front(), points.steps.back());
  for (std::size_t i = 0; i < points.steps.size(); ++i) {
    const double x = xs.empty() ? static_cast<double>(points.steps[i]) : xs[i];
    builder.point(points.steps[i], x, points.values[i]);
  }
  return builder.take();
}

std::vector<CurveBucket> read_curve(const storage::Catalog& catalog, const RunId& run,
                                    const SeriesKey& key, std::size_t buckets,
                                    const StepRange& range) {
  if (buckets == 0) return {};
  CurveBuilder builder(buckets);
  catalog.scan_points(run, key, range, builder);
  return builder.take();
}

}  // namespace track::detail
