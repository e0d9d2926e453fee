#include "query/artifact_select.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "query/rank_points.hpp"
#include "query/series_match.hpp"
#include "run/name_rules.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

Error not_found(std::string_view text, std::string_view cause, std::string hint = {}) {
  return {ErrorCode::not_found, fmt::format("cannot find artifact '{}': {}", text, cause),
          std::move(hint)};
}

/// The version that stands last: of greatest step, and of equal steps the one logged last.
/// `versions` are in the order of the log, which tells those of one millisecond apart.
const ArtifactRecord& last_of(const std::vector<ArtifactRecord>& versions) {
  return *std::max_element(versions.rbegin(), versions.rend(), [](const auto& a, const auto& b) {
    if (a.step != b.step) return a.step < b.step;
    return a.time.ms < b.time.ms;
  });
}

std::string names_of(const std::vector<ArtifactRecord>& artifacts) {
  std::vector<std::string> names;
  for (const auto& artifact : artifacts) {
    if (std::find(names.begin(), names.end(), artifact.name) == names.end())
      names.push_back(artifact.name);
  }
  if (names.empty()) return "the run has logged no artifact";
  std::string text = "it has ";
  for (const auto& name : names) text += (text.size() > 7 ? ", " : "") + name;
  return text;
}

std::int64_t parse_step(std::string_view text, std::string_view digits) {
  std::int64_t step = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), step);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot find artifact '{}': a step is a whole number", text));
  }
  return step;
}

ArtifactRecord best_of(const storage::Catalog& catalog, const RunId& run, std::string_view text,
                       std::string_view metric_text, const std::vector<ArtifactRecord>& versions) {
  const std::vector<RunId> ids = {run};
  const auto metric = match_one(catalog.metrics(ids), metric_text).mean;
  if (metric.goal == Goal::none) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot find artifact '{}': metric '{}' has no declared goal", text,
                            metric_text));
  }
  const auto points = read_rank_points(catalog, run, metric.series).mean;
  std::optional<double> best;
  const ArtifactRecord* winner = nullptr;
  for (const auto& version : versions) {
    if (!version.step) continue;
    const auto at = std::lower_bound(points.steps.begin(), points.steps.end(), *version.step);
    if (at == points.steps.end() || *at != *version.step) continue;
    const double value = points.values[static_cast<std::size_t>(at - points.steps.begin())];
    const bool better = !best || (metric.goal == Goal::maximize ? value > *best : value < *best);
    if (std::isfinite(value) && better) {
      best = value;
      winner = &version;
    }
  }
  if (winner == nullptr)
    throw not_found(text, "no version has a step at which that metric is finite");
  return *winner;
}

}  // namespace

ArtifactRecord select_artifact(const storage::Catalog& catalog, const RunId& run,
                               std::string_view text) {
  const std::vector<RunId> ids = {run};
  const auto artifacts = catalog.artifacts(ids);
  const auto with_name = [&](std::string_view name) {
    std::vector<ArtifactRecord> versions;
    for (const auto& artifact : artifacts) {
      if (artifact.name == name) versions.push_back(artifact);
    }
    return versions;
  };
  if (const auto whole = with_name(text); !whole.empty()) return last_of(whole);
  const auto [name, which] = split_version(text);
  const auto versions = with_name(name);
  if (versions.empty() || which.empty()) {
    if (const auto at = text.rfind('@'); which.empty() && !with_name(text.substr(0, at)).empty()) {
      throw Error(
          ErrorCode::usage,
          fmt::format("cannot find artifact '{}': after @ comes step=N, last or best:METRIC",
                      text));
    }
    throw not_found(text, "the run has no such artifact", names_of(artifacts));
  }
  if (which == "last") return last_of(versions);
  if (which.starts_with("best:")) return best_of(catalog, run, text, which.substr(5), versions);
  const auto step = parse_step(text, which.substr(5));
  std::vector<ArtifactRecord> at_step;
  for (const auto& version : versions) {
    if (version.step == step) at_step.push_back(version);
  }
  if (at_step.empty()) throw not_found(text, "it was not logged at that step");
  return last_of(at_step);
}

}  // namespace track::detail
