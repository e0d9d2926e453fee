#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "track/ranks.hpp"
#include "track/schemas/mean.hpp"

namespace track {
namespace {

using Ranks = std::vector<const MetricRecord*>;
using Point = std::optional<StepValue> MetricRecord::*;
using Count = std::uint64_t MetricRecord::*;

constexpr Point k_points[] = {&MetricRecord::first, &MetricRecord::last, &MetricRecord::min,
                              &MetricRecord::max};
constexpr Count k_counts[] = {&MetricRecord::count, &MetricRecord::n_nan, &MetricRecord::n_inf};

std::optional<StepValue> mean_of(const Ranks& ranks, Point point) {
  std::int64_t step = INT64_MIN;
  schemas::Mean mean;
  for (const auto* rank : ranks) {
    if (!(rank->*point)) return std::nullopt;
    step = std::max(step, (rank->*point)->step);
    mean.add((rank->*point)->value);
  }
  return StepValue{step, mean.value()};
}

std::optional<double> mean_of(const Ranks& ranks) {
  schemas::Mean mean;
  for (const auto* rank : ranks) {
    if (!rank->mean) return std::nullopt;
    mean.add(*rank->mean);
  }
  return mean.value();
}

MetricRecord make_mean(const SeriesKey& name, const Ranks& ranks) {
  MetricRecord all = *ranks.front();
  all.series = name;
  for (const auto point : k_points) all.*point = mean_of(ranks, point);
  all.mean = mean_of(ranks);
  for (const auto count : k_counts) all.*count = 0;
  for (const auto* rank : ranks) {
    for (const auto count : k_counts) all.*count += rank->*count;
    all.last_is_nan = all.last_is_nan || rank->last_is_nan;
    all.deterministic = all.deterministic && rank->deterministic;
    all.first_time = std::min(all.first_time, rank->first_time);
    all.last_time = std::max(all.last_time, rank->last_time);
  }
  return all;
}

/// Keeps of each statistic what is the furthest; `further(a, b)`: a lies beyond b.
template <typename Further>
MetricRecord make_extreme(const MetricRecord& mean, const Ranks& ranks, Further further) {
  MetricRecord extreme = *ranks.front();
  extreme.series = mean.series;
  const auto beyond = [&](const auto& a, const auto& b) {
    return !std::isnan(a) && (std::isnan(b) || further(a, b));
  };
  for (const auto* rank : ranks) {
    for (const auto point : k_points) {
      const auto& theirs = rank->*point;
      auto& kept = extreme.*point;
      if (theirs && (!kept || beyond(theirs->value, kept->value))) kept = theirs;
    }
    if (rank->mean && (!extreme.mean || beyond(*rank->mean, *extreme.mean)))
      extreme.mean = rank->mean;
    for (const auto count : k_counts) {
      if (further(rank->*count, extreme.*count)) extreme.*count = rank->*count;
    }
  }
  extreme.last_is_nan = extreme.last && std::isnan(extreme.last->value);
  return extreme;
}

RankedMetric alone(const MetricRecord& metric, SeriesKey name) {
  return {std::move(name), 1, metric, std::nullopt, std::nullopt};
}

RankedMetric collapse(const SeriesKey& name, const Ranks& ranks) {
  if (ranks.size() == 1) return alone(*ranks.front(), name);
  RankedMetric metric{name, ranks.size(), make_mean(name, ranks), std::nullopt, std::nullopt};
  metric.least = make_extreme(metric.mean, ranks, [](auto a, auto b) { return a < b; });
  metric.greatest = make_extreme(metric.mean, ranks, [](auto a, auto b) { return a > b; });
  return metric;
}

bool has_rank(const SeriesKey& key) { return key.labels.count(k_rank_label) > 0; }

}  // namespace

std::vector<RankedMetric> collapse_ranks(const std::vector<MetricRecord>& metrics) {
  std::vector<std::pair<SeriesKey, Ranks>> groups;
  std::map<SeriesKey, std::size_t> places;
  for (const auto& metric : metrics) {
    auto name = metric.series.without_rank();
    const auto [place, fresh] = places.try_emplace(name, groups.size());
    if (fresh) groups.emplace_back(std::move(name), Ranks());
    groups[place->second].second.push_back(&metric);
  }
  std::vector<RankedMetric> collapsed;
  for (const auto& [name, ranks] : groups) {
    if (std::all_of(ranks.begin(), ranks.end(),
                    [](const auto* metric) { return has_rank(metric->series); })) {
      collapsed.push_back(collapse(name, ranks));
    } else {
      for (const auto* metric : ranks) collapsed.push_back(alone(*metric, metric->series));
    }
  }
  return collapsed;
}

std::optional<RankedMetric> find_ranked(const std::vector<MetricRecord>& metrics,
                                        const SeriesKey& key) {
  Ranks ranks;
  for (const auto& metric : metrics) {
    if (metric.series == key) return alone(metric, key);
    if (metric.series.name == key.name && has_rank(metric.series) &&
        metric.series.without_rank() == key)
      ranks.push_back(&metric);
  }
  if (ranks.empty()) return std::nullopt;
  return collapse(key, ranks);
}

}  // namespace track
