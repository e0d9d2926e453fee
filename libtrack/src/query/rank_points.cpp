#include "query/rank_points.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "track/schemas/mean.hpp"

namespace track::detail {
namespace {

std::vector<SeriesPoints> read_ranks(const storage::Catalog& catalog, const RunId& run,
                                     const SeriesKey& key, StepRange range) {
  const std::array runs = {run};
  std::vector<SeriesPoints> ranks;
  for (const auto& metric : catalog.metrics(runs)) {
    if (metric.series == key) return {};
    if (metric.series.name == key.name && metric.series.without_rank() == key)
      ranks.push_back(catalog.points(run, metric.series, range));
  }
  return ranks;
}

/// Goes through the steps of all ranks at once, each of which has its own in order.
class Merge {
 public:
  explicit Merge(const std::vector<SeriesPoints>& ranks) : ranks_(ranks), at_(ranks.size()) {}

  RankPoints run() {
    result_.ranks = ranks_.size();
    while (const auto step = next_step()) take(*step);
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::optional<std::int64_t> next_step() const {
    std::optional<std::int64_t> step;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (at_[i] == ranks_[i].steps.size()) continue;
      step = std::min(step.value_or(INT64_MAX), ranks_[i].steps[at_[i]]);
    }
    return step;
  }

  void take(std::int64_t step) {
    schemas::Mean mean;
    double least = std::nan("");
    double greatest = least;
    std::int64_t time = INT64_MIN;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      const auto& rank = ranks_[i];
      if (at_[i] == rank.steps.size() || rank.steps[at_[i]] != step) continue;
      const double value = rank.values[at_[i]];
      time = std::max(time, rank.times_ms[at_[i]]);
      mean.add(value);
      least = std::fmin(least, value);
      greatest = std::fmax(greatest, value);
      ++at_[i];
    }
    add(result_.mean, step, time, mean.value());
    add(result_.least, step, time, least);
    add(result_.greatest, step, time, greatest);
  }

  static void add(SeriesPoints& points, std::int64_t step, std::int64_t time, double value) {
    points.steps.push_back(step);
    points.times_ms.push_back(time);
    points.values.push_back(value);
  }

  const std::vector<SeriesPoints>& ranks_;
  std::vector<std::size_t> at_;
  RankPoints result_;
};

}  // namespace

RankPoints read_rank_points(const storage::Catalog& catalog, const RunId& run, const SeriesKey& key,
                            StepRange range) {
  auto own = catalog.points(run, key, range);
  if (!own.steps.empty()) return {1, std::move(own), {}, {}};
  auto ranks = read_ranks(catalog, run, key, range);
  if (ranks.empty()) return {};
  if (ranks.size() == 1) return {1, std::move(ranks.front()), {}, {}};
  return Merge(ranks).run();
}

}  // namespace track::detail
