#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace track::storage {

/// Points of one series in order of append, all from one process and attempt.
struct PointSource {
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times_ms;
  std::vector<double> values;
  /// From this step on they are no part of the default view; max: all are.
  std::int64_t superseded_from = std::numeric_limits<std::int64_t>::max();
};

/// Points in order of (step, order of append). `sources` says which source each came from.
struct OrderedPoints {
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times_ms;
  std::vector<double> values;
  std::vector<std::uint32_t> sources;
};

/// The smallest step of each attempt, over all that it logged to the series.
using AttemptStarts = std::map<std::int64_t, std::int64_t>;

/// A run's word that a rank went on from `step`: what it logged before, from there on, is
/// superseded.
struct Rewind {
  std::string order;  ///< order_key() of the segment that begins with it
  std::int64_t rank = 0;
  std::int64_t step = 0;
};

/// Whether a later attempt takes the place of what earlier ones logged from its first step on.
/// What the machine did (`system/…`) happened and stays.
[[nodiscard]] bool rewinds(std::string_view metric) noexcept;

/// Puts points that stand in order of append in the order of steps; of a repeated step all stay.
void order_every(OrderedPoints& points);
/// The same; of a repeated step the last stays.
void order_latest(OrderedPoints& points);

/// Every point. `sources` stand in the order of all.
[[nodiscard]] OrderedPoints every_point(std::span<const PointSource> sources);

/// The first step from which points of `attempt` and `rank`, in the segment at `order`, are
/// superseded: by what a later attempt began with, or by a rewind; max: none is.
[[nodiscard]] std::int64_t superseded_from(std::string_view order, std::int64_t attempt,
                                           std::int64_t rank, const AttemptStarts& starts,
                                           std::span<const Rewind> rewinds) noexcept;

/// The default view: what is not superseded, and of a repeated step the last by order.
[[nodiscard]] OrderedPoints default_view(std::span<const PointSource> sources);

/// What `starts` is where `sources` are all there is.
[[nodiscard]] AttemptStarts attempt_starts(std::span<const PointSource> sources);

}  // namespace track::storage
