#pragma once

#include <cstddef>

#include "track/storage/catalog/catalog.hpp"

namespace track::detail {

/// A series, or the series of its ranks step by step.
struct RankPoints {
  std::size_t ranks = 1;
  SeriesPoints mean;   ///< of the ranks that logged the step; NaN where one logged a NaN
  SeriesPoints least;  ///< with one rank empty; a NaN only where all logged one
  SeriesPoints greatest;
};

/// The points of series `key`, or of all ranks' series of that name where there is none.
[[nodiscard]] RankPoints read_rank_points(const storage::Catalog& catalog, const RunId& run,
                                          const SeriesKey& key, StepRange range = {});

}  // namespace track::detail
