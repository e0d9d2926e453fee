#include "query/grouping.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "track/schemas/value.hpp"

namespace track::detail {
namespace {

using GroupKey = std::vector<std::pair<std::string, std::optional<Value>>>;

GroupKey key_of(const RunRow& row, const std::vector<std::string>& params) {
  GroupKey key;
  for (const auto& name : params) {
    const auto found = std::find_if(row.params.begin(), row.params.end(),
                                    [&](const auto& param) { return param.name == name; });
    key.emplace_back(name, found == row.params.end() ? std::nullopt : std::optional(found->value));
  }
  return key;
}

/// Mean and sum of squared deviations, one value at a time (Welford 1962).
struct Moments {
  std::uint64_t n = 0;
  double mean = 0;
  double squares = 0;

  void add(double value) {
    ++n;
    const double before = value - mean;
    mean += before / static_cast<double>(n);
    squares += before * (value - mean);
  }
};

std::vector<GroupMetric> summarize(const std::vector<const RunRow*>& rows) {
  std::map<SeriesKey, Moments> moments;
  for (const auto* row : rows) {
    for (const auto& metric : collapse_ranks(row->metrics)) {
      auto& entry = moments[metric.name];
      if (const auto value = metric.mean.summary_value(); value && std::isfinite(*value))
        entry.add(*value);
    }
  }
  std::vector<GroupMetric> metrics;
  for (const auto& [series, entry] : moments) {
    GroupMetric metric;
    metric.series = series;
    metric.n = entry.n;
    metric.missing = rows.size() - entry.n;
    metric.mean = entry.n == 0 ? std::nan("") : entry.mean;
    if (entry.n > 1) metric.sd = std::sqrt(entry.squares / static_cast<double>(entry.n - 1));
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace

std::vector<RunGroup> group_rows(const std::vector<RunRow>& rows,
                                 const std::vector<std::string>& params) {
  std::vector<RunGroup> groups;
  std::vector<std::vector<const RunRow*>> members;
  for (const auto& row : rows) {
    auto key = key_of(row, params);
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& group) { return group.by == key; });
    const auto index = static_cast<std::size_t>(found - groups.begin());
    if (found == groups.end()) {
      groups.push_back({.by = std::move(key), .runs = {}, .metrics = {}});
      members.emplace_back();
    }
    groups[index].runs.push_back(row.run.id);
    members[index].push_back(&row);
  }
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].metrics = summarize(members[i]);
  return groups;
}

}  // namespace track::detail
