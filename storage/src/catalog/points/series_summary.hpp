#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "track/schemas/records.hpp"

namespace track::storage {

/// What a series comes to, over points in order of growing step.
struct SeriesSummary {
  std::uint64_t count = 0;
  StepValue first;
  StepValue last;
  std::int64_t first_time = 0;
  std::int64_t last_time = 0;
  std::optional<StepValue> min;  ///< of the finite values; of equal ones that of smaller step
  std::optional<StepValue> max;
  double total = 0;  ///< of the finite values
  std::uint64_t n_nan = 0;
  std::uint64_t n_inf = 0;

  /// Takes one more point, of a step beyond all before.
  void add(std::int64_t step, std::int64_t time_ms, double value) noexcept;
};

[[nodiscard]] SeriesSummary summarize(std::span<const std::int64_t> steps,
                                      std::span<const std::int64_t> times_ms,
                                      std::span<const double> values) noexcept;

/// Sets what the summary decides of `record`; run, series and declarations stay.
void fill(MetricRecord& record, const SeriesSummary& summary);

}  // namespace track::storage
