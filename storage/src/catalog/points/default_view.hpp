#pragma once

#include <cstdint>
#include <map>
#include <span>
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

/// Whether a later attempt takes the place of what earlier ones logged from its first step on.
/// What the machine did (`system/…`) happened and stays.
[[nodiscard]] bool rewinds(std::string_view metric) noexcept;

/// Puts points that stand in order of append in the order of steps; of a repeated step all stay.
void order_every(OrderedPoints& points);
/// The same; of a repeated step the last stays.
void order_latest(OrderedPoints& points);

/// Every point. `sources` stand in the order of all.
[[nodiscard]] OrderedPoints every_point(std::span<const PointSource> sources);

/// The default view: of a repeated step the last by order; and where `rewind`, without what an
/// earlier attempt logged at or after the first step of a later one.
[[nodiscard]] OrderedPoints default_view(std::span<const PointSource> sources,
                                         const AttemptStarts& starts, bool rewind);

/// What `starts` is where `sources` are all there is.
[[nodiscard]] AttemptStarts attempt_starts(std::span<const PointSource> sources);

}  // namespace track::storage
