#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/records.hpp"

namespace track {

/// A metric as it is shown to whoever named no rank. Series of one run that differ in label
/// `rank` alone are one such metric, unless a series without that label stands beside them.
struct RankedMetric {
  SeriesKey name;         ///< without label `rank`, if nothing else has that name
  std::size_t ranks = 1;  ///< how many series it is made of
  /// The series, where it is one. Else every statistic is the mean of the ranks': absent where a
  /// rank has none, NaN where a rank's is; a step is the greatest of theirs. Counts are sums.
  MetricRecord mean;
  std::optional<MetricRecord> least;     ///< of several ranks: the least of each, NaN left out
  std::optional<MetricRecord> greatest;  ///< of several ranks: the greatest of each
};

/// The metrics of one run, in order of first appearance.
[[nodiscard]] TRACK_API std::vector<RankedMetric> collapse_ranks(
    const std::vector<MetricRecord>& metrics);
/// The one that is named so: the series of exactly this key, else that of all its ranks.
[[nodiscard]] TRACK_API std::optional<RankedMetric> find_ranked(
    const std::vector<MetricRecord>& metrics, const SeriesKey& key);

}  // namespace track
