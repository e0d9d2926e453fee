#include "catalog/points/series_summary.hpp"

#include <cmath>

namespace track::storage {

void SeriesSummary::add(std::int64_t step, std::int64_t time_ms, double value) noexcept {
  if (count == 0) {
    first = {step, value};
    first_time = time_ms;
  }
  ++count;
  last = {step, value};
  last_time = time_ms;
  if (std::isnan(value)) {
    ++n_nan;
  } else if (std::isinf(value)) {
    ++n_inf;
  } else {
    total += value;
    // Adding 0.0 drops the sign of -0.0, which says nothing about a least or greatest value.
    if (!min || value < min->value) min = StepValue{step, value + 0.0};
    if (!max || value > max->value) max = StepValue{step, value + 0.0};
  }
}

SeriesSummary summarize(std::span<const std::int64_t> steps, std::span<const std::int64_t> times_ms,
                        std::span<const double> values) noexcept {
  SeriesSummary summary;
  for (std::size_t i = 0; i < steps.size(); ++i) summary.add(steps[i], times_ms[i], values[i]);
  return summary;
}

void fill(MetricRecord& record, const SeriesSummary& summary) {
  record.count = summary.count;
  record.n_nan = summary.n_nan;
  record.n_inf = summary.n_inf;
  record.min = summary.min;
  record.max = summary.max;
  if (summary.count == 0) return;
  record.first = summary.first;
  record.last = summary.last;
  record.last_is_nan = std::isnan(summary.last.value);
  record.first_time = {summary.first_time};
  record.last_time = {summary.last_time};
  const auto finite = summary.count - summary.n_nan - summary.n_inf;
  if (finite > 0) record.mean = summary.total / static_cast<double>(finite);
}

}  // namespace track::storage
