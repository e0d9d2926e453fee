#include "store_candidates.hpp"

#include <set>

#include "render/record_text.hpp"
#include "track/registry.hpp"

namespace track::cli {
namespace {

/// More than anyone reads, few enough to list while a key is pressed.
constexpr std::uint64_t k_runs = 200;
constexpr std::uint64_t k_runs_with_metrics = 20;

std::vector<Candidate> list_runs(Store& store, bool removed) {
  std::vector<Candidate> candidates;
  for (const RunRecord& run : store.list({.limit = k_runs, .removed = removed})) {
    candidates.push_back({short_id(run.id), run.name + ", " + describe_state(run)});
    candidates.push_back({run.name, short_id(run.id) + ", " + describe_state(run)});
  }
  return candidates;
}

std::vector<Candidate> list_metrics(Store& store) {
  std::set<std::string> names;
  for (const RunRow& row : store.list_rows({.limit = k_runs_with_metrics})) {
    for (const MetricRecord& metric : row.metrics) names.insert(metric.series.name);
  }
  std::vector<Candidate> candidates;
  for (const auto& name : names) candidates.push_back({name, "metric"});
  return candidates;
}

std::vector<Candidate> list_experiments(Store& store) {
  std::vector<Candidate> candidates;
  for (const auto& name : store.experiments()) candidates.push_back({name, "experiment"});
  return candidates;
}

std::vector<Candidate> list_models(Store& store, bool with_aliases) {
  Registry registry(store);
  std::vector<Candidate> candidates;
  for (const ModelRecord& model : registry.models()) {
    if (!with_aliases) candidates.push_back({model.name, "model"});
    if (!with_aliases) continue;
    for (const AliasRecord& alias : registry.aliases(model.name)) {
      candidates.push_back(
          {model.name + '@' + alias.alias, "version " + std::to_string(alias.version)});
    }
  }
  return candidates;
}

std::vector<Candidate> list_aliases(Store& store) {
  Registry registry(store);
  std::set<std::string> names;
  for (const ModelRecord& model : registry.models()) {
    for (const AliasRecord& alias : registry.aliases(model.name)) names.insert(alias.alias);
  }
  std::vector<Candidate> candidates;
  for (const auto& name : names) candidates.push_back({name, "alias"});
  return candidates;
}

std::vector<Candidate> list_selectors(Store& store) {
  auto candidates = list_runs(store, false);
  candidates.push_back({"@latest", "the newest run"});
  for (Candidate& version : list_models(store, true)) {
    candidates.push_back({"model:" + version.word, version.description});
  }
  return candidates;
}

}  // namespace

std::vector<Candidate> list_candidates(Store& store, std::string_view type) {
  if (type == "RUN") return list_selectors(store);
  if (type == "REMOVED_RUN") return list_runs(store, true);
  if (type == "METRIC") return list_metrics(store);
  if (type == "EXPERIMENT") return list_experiments(store);
  if (type == "MODEL") return list_models(store, false);
  if (type == "MODEL@ALIAS") return list_models(store, true);
  if (type == "ALIAS") return list_aliases(store);
  if (type == "RUN... METRIC") {
    auto candidates = list_selectors(store);
    for (Candidate& metric : list_metrics(store)) candidates.push_back(std::move(metric));
    return candidates;
  }
  return {};
}

}  // namespace track::cli
