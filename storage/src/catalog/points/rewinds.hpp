#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/points/default_view.hpp"

namespace track::storage {

/// Points of one segment, with the key that segments are ordered by.
struct SegmentPoints {
  std::string order;
  PointSource points;
};

/// A rewind in the run's own words.
struct SaidRewind {
  std::string order;  ///< order_key() of the segment that begins with it
  std::int64_t rank = 0;
  std::int64_t attempt = 1;
  std::string axis;       ///< the metric that says where; empty: the step
  std::int64_t step = 0;  ///< without an axis
  double value = 0;       ///< of the axis
};

/// Everything that a run logged to the metric, under whatever labels.
using AxisPoints = std::function<std::vector<SegmentPoints>(std::string_view metric)>;

/// Finds the step of each: of one with an axis, the first at which the axis had reached the value
/// in what the same rank had logged and not superseded by then. One that it never reached takes
/// nothing away. `said` stands in the order of all.
[[nodiscard]] std::vector<Rewind> resolve_rewinds(std::span<const SaidRewind> said,
                                                  const AxisPoints& axis_points);

}  // namespace track::storage
