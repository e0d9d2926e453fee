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

std::string names_of(const std::vector<RankedMetric>& metrics) {
  std::string names;
  for (std::size_t i = 0; i < metrics.size() && i < k_names_shown; ++i) {
    names += (i == 0 ? "" : ", ") + metrics[i].name.to_string();
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

std::vector<RankedMetric> match_ranked(const std::vector<MetricRecord>& metrics,
                                       std::string_view text) {
  const auto key = SeriesKey::parse(text);
  if (auto exact = find_ranked(metrics, key)) return {*std::move(exact)};
  auto matches = collapse_ranks(match_series(metrics, text));
  if (key.labels.count(k_rank_label) > 0) {
    for (auto& match : matches) match.name = match.mean.series;  // as it was named: with its rank
  }
  return matches;
}

void require_one(const std::vector<RankedMetric>& matches, std::string_view text) {
  if (matches.size() <= 1) return;
  throw Error(ErrorCode::ambiguous,
              fmt::format("cannot find metric '{}': it fits {}", text, names_of(matches)),
              "name one with its labels, as name{label=value}");
}

RankedMetric match_one(const std::vector<MetricRecord>& metrics, std::string_view text) {
  auto matches = match_ranked(metrics, text);
  if (matches.empty()) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot find metric '{}': the run has no such series", text),
                metrics.empty() ? "the run has logged no metric"
                                : "it has " + names_of(collapse_ranks(metrics)));
  }
  require_one(matches, text);
  return std::move(matches.front());
}

}  // namespace track::detail
