#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "track/diff.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/schemas/query.hpp"

namespace track::detail {

/// How two series of the same key compare.
struct SeriesComparison {
  Verdict verdict = Verdict::bit_exact;  ///< or within_tolerance, diverged, incomparable
  bool shape = false;  ///< diverged because a step is missing, extra or repeated otherwise
  std::string detail;
  std::optional<Divergence> divergence;
};

/// Sorts by (step, raw bits), keeping duplicates: the order in which series are judged,
/// whatever the order and the threads they were logged in.
void sort_canonically(SeriesPoints& points);

/// Compares two series in canonical order. With `overlap_only`, a record is incomplete: only steps
/// that both hold equally often are judged, and where another up to the original's last one is
/// left, the best answer is incomparable.
[[nodiscard]] SeriesComparison compare_series(const SeriesKey& key, const SeriesPoints& original,
                                              const SeriesPoints& other, Tolerance tolerance,
                                              bool overlap_only);

/// Distance in units in the last place over the ordered bit patterns; absent for NaN.
[[nodiscard]] std::optional<std::uint64_t> ulp_distance(double a, double b) noexcept;

}  // namespace track::detail
