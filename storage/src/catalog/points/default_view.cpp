#include "catalog/points/default_view.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace track::storage {
namespace {

void append_all(OrderedPoints& points, const PointSource& source, std::uint32_t index) {
  points.steps.insert(points.steps.end(), source.steps.begin(), source.steps.end());
  points.times_ms.insert(points.times_ms.end(), source.times_ms.begin(), source.times_ms.end());
  points.values.insert(points.values.end(), source.values.begin(), source.values.end());
  points.sources.insert(points.sources.end(), source.steps.size(), index);
}

void append_below(OrderedPoints& points, const PointSource& source, std::uint32_t index,
                  std::int64_t end) {
  for (std::size_t i = 0; i < source.steps.size(); ++i) {
    if (source.steps[i] >= end) continue;
    points.steps.push_back(source.steps[i]);
    points.times_ms.push_back(source.times_ms[i]);
    points.values.push_back(source.values[i]);
    points.sources.push_back(index);
  }
}

void reserve(OrderedPoints& points, std::size_t count) {
  points.steps.reserve(count);
  points.times_ms.reserve(count);
  points.values.reserve(count);
  points.sources.reserve(count);
}

/// In order of append; `every` takes what is superseded along.
OrderedPoints concatenate(std::span<const PointSource> sources, bool every) {
  OrderedPoints points;
  std::size_t count = 0;
  for (const auto& source : sources) count += source.steps.size();
  reserve(points, count);
  for (std::uint32_t index = 0; index < sources.size(); ++index) {
    const auto& source = sources[index];
    if (every || source.superseded_from == std::numeric_limits<std::int64_t>::max()) {
      append_all(points, source, index);
    } else {
      append_below(points, source, index, source.superseded_from);
    }
  }
  return points;
}

template <typename T>
void permute(std::vector<T>& values, const std::vector<std::uint32_t>& order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const auto index : order) sorted.push_back(values[index]);
  values = std::move(sorted);
}

void reorder(OrderedPoints& points, const std::vector<std::uint32_t>& order) {
  permute(points.steps, order);
  permute(points.times_ms, order);
  permute(points.values, order);
  permute(points.sources, order);
}

std::vector<std::uint32_t> order_by_step(const OrderedPoints& points) {
  std::vector<std::uint32_t> order(points.steps.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return points.steps[a] < points.steps[b];
  });
  return order;
}

}  // namespace

bool rewinds(std::string_view metric) noexcept { return !metric.starts_with("system/"); }

void order_every(OrderedPoints& points) {
  if (!std::is_sorted(points.steps.begin(), points.steps.end())) {
    reorder(points, order_by_step(points));
  }
}

void order_latest(OrderedPoints& points) {
  const auto& steps = points.steps;
  // Mostly steps just grow: then nothing repeats and nothing moves.
  if (std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) == steps.end()) return;
  const auto sorted = order_by_step(points);
  std::vector<std::uint32_t> kept;
  kept.reserve(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool repeated = i + 1 < sorted.size() && steps[sorted[i]] == steps[sorted[i + 1]];
    if (!repeated) kept.push_back(sorted[i]);
  }
  reorder(points, kept);
}

OrderedPoints every_point(std::span<const PointSource> sources) {
  auto points = concatenate(sources, true);
  order_every(points);
  return points;
}

std::int64_t superseded_from(std::string_view order, std::int64_t attempt, std::int64_t rank,
                             const AttemptStarts& starts,
                             std::span<const Rewind> rewinds) noexcept {
  auto from = std::numeric_limits<std::int64_t>::max();
  for (auto later = starts.upper_bound(attempt); later != starts.end(); ++later) {
    from = std::min(from, later->second);
  }
  for (const auto& rewind : rewinds) {
    if (rewind.rank == rank && order < rewind.order) from = std::min(from, rewind.step);
  }
  return from;
}

OrderedPoints default_view(std::span<const PointSource> sources) {
  auto points = concatenate(sources, false);
  order_latest(points);
  return points;
}

AttemptStarts attempt_starts(std::span<const PointSource> sources) {
  AttemptStarts starts;
  for (const auto& source : sources) {
    if (source.steps.empty()) continue;
    const auto first = *std::min_element(source.steps.begin(), source.steps.end());
    const auto [entry, added] = starts.emplace(source.attempt, first);
    if (!added) entry->second = std::min(entry->second, first);
  }
  return starts;
}

}  // namespace track::storage
