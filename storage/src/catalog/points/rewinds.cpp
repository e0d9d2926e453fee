#include "catalog/points/rewinds.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace track::storage {
namespace {

/// What the same rank had logged to the axis when it said so.
std::vector<PointSource> points_before(const SaidRewind& said, std::vector<SegmentPoints> segments,
                                       std::span<const Rewind> earlier) {
  std::erase_if(segments, [&](const SegmentPoints& segment) {
    return segment.points.rank != said.rank || segment.order >= said.order;
  });
  std::vector<PointSource> sources;
  for (const auto& segment : segments) sources.push_back(segment.points);
  const auto starts = attempt_starts(sources);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    sources[i].superseded_from =
        superseded_from(segments[i].order, sources[i].attempt, said.rank, starts, earlier);
  }
  return sources;
}

std::optional<std::int64_t> first_step_at(double value, std::span<const PointSource> sources) {
  std::optional<std::int64_t> first;
  for (const auto& source : sources) {
    for (std::size_t i = 0; i < source.steps.size(); ++i) {
      const auto step = source.steps[i];
      if (step < source.superseded_from && source.values[i] >= value)
        first = first ? std::min(*first, step) : step;
    }
  }
  return first;
}

}  // namespace

std::vector<Rewind> resolve_rewinds(std::span<const SaidRewind> said,
                                    const AxisPoints& axis_points) {
  std::vector<Rewind> rewinds;
  for (const auto& one : said) {
    std::optional<std::int64_t> step = one.step;
    if (!one.axis.empty())
      step = first_step_at(one.value, points_before(one, axis_points(one.axis), rewinds));
    if (step) rewinds.push_back({one.order, one.rank, *step});
  }
  return rewinds;
}

}  // namespace track::storage
