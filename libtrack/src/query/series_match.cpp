#include "query/series_match.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/schemas/labels.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_names_shown = 8;

bool includes(const Labels& all, const Labels& some) {
  return std::all_of(some.begin(), some.end(), [&](const auto& label) {
    const auto found = all.find(label.first);
    return found != all.end() && found->second == label.second;
  });
}

std::string names_of(const std::vector<MetricRecord>& metrics) {
  std::string names;
  for (std::size_t i = 0; i < metrics.size() && i < k_names_shown; ++i) {
    names += (i == 0 ? "" : ", ") + metrics[i].series.to_string();
  }
  if (metrics.size() > k_names_shown) names += ", …";
  return names;
}

}  // namespace

std::vector<MetricRecord> match_series(const std::vector<MetricRecord>& metrics,
                                       std::string_view text) {
  const auto key = SeriesKey::parse(text);
  std::vector<MetricRecord> matches;
  for (const auto& metric : metrics) {
    if (metric.series.name != key.name) continue;
    if (metric.series.labels == key.labels) return {metric};
    if (includes(metric.series.labels, key.labels)) matches.push_back(metric);
  }
  return matches;
}

MetricRecord match_one_series(const std::vector<MetricRecord>& metrics, std::string_view text) {
  auto matches = match_series(metrics, text);
  if (matches.empty()) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot find metric '{}': the run has no such series", text),
                metrics.empty() ? "the run has logged no metric" : "it has " + names_of(metrics));
  }
  if (matches.size() > 1) {
    throw Error(ErrorCode::ambiguous,
                fmt::format("cannot find metric '{}': it fits {}", text, names_of(matches)),
                "name one with its labels, as name{label=value}");
  }
  return std::move(matches.front());
}

}  // namespace track::detail
