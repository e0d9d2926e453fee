#include "group_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"

namespace track::cli {
namespace {

std::string format_group_metric(const GroupMetric& metric, const Terminal& terminal) {
  if (metric.n == 0)
    return metric.missing > 0 ? fmt::format("- ({} missing)", metric.missing) : "-";
  std::string text = metric.sd ? format_mean_deviation(metric.mean, *metric.sd, terminal)
                               : format_rounded(metric.mean, 6);
  if (metric.missing > 0) text += fmt::format(" ({} missing)", metric.missing);
  return text;
}

/// The metrics that --columns names, else all without labels that are not the system's.
std::vector<SeriesKey> group_metrics(const std::vector<RunGroup>& groups,
                                     const std::vector<std::string>& columns) {
  std::vector<SeriesKey> series;
  for (const auto& name : columns) {
    if (name.rfind("metric:", 0) == 0) series.push_back(SeriesKey::parse(name.substr(7)));
  }
  if (!columns.empty()) return series;
  for (const RunGroup& group : groups) {
    for (const GroupMetric& metric : group.metrics) {
      if (!metric.series.labels.empty() || is_system_metric(metric.series)) continue;
      if (std::find(series.begin(), series.end(), metric.series) == series.end()) {
        series.push_back(metric.series);
      }
    }
  }
  return series;
}

}  // namespace

void print_groups(const std::vector<RunGroup>& groups, const std::vector<std::string>& columns,
                  std::ostream& out, const Terminal& terminal) {
  const auto series = group_metrics(groups, columns);
  std::vector<Column> heads;
  for (const auto& [name, value] : groups.front().by) heads.push_back({name, Align::right});
  heads.push_back({"runs", Align::right});
  for (const SeriesKey& key : series) heads.push_back({key.to_string(), Align::right});
  Table table(std::move(heads));
  for (const RunGroup& group : groups) {
    std::vector<Cell> cells;
    for (const auto& [name, value] : group.by) cells.emplace_back(value ? value->to_string() : "-");
    cells.emplace_back(std::to_string(group.runs.size()));
    for (const SeriesKey& key : series) {
      const auto found =
          std::find_if(group.metrics.begin(), group.metrics.end(),
                       [&](const GroupMetric& metric) { return metric.series == key; });
      cells.emplace_back(found == group.metrics.end() ? "-"
                                                      : format_group_metric(*found, terminal));
    }
    table.add_row(std::move(cells));
  }
  table.print(out, terminal);
}

}  // namespace track::cli
