#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "catalog/memory/memory_catalog.hpp"
#include "catalog/memory/run_sort.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

bool has_tags(const MemoryRun& run, const RunQuery& query) {
  return std::all_of(query.tags.begin(), query.tags.end(), [&](const auto& wanted) {
    const auto tag = run.tags.find(wanted.first);
    if (tag == run.tags.end() || !tag->second.value) return false;
    return !wanted.second || *wanted.second == *tag->second.value;
  });
}

bool fits(const MemoryRun& run, const RunQuery& query) {
  const auto& record = run.record;
  const auto equal = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return run.removed.has_value() == query.removed && equal(query.experiment, record.experiment) &&
         equal(query.group, record.group) && equal(query.name, record.name) &&
         (!query.parent || record.parent == query.parent) &&
         (!query.since || !(record.start < *query.since)) &&
         (query.replays || record.kind != RunKind::replay) &&
         record.id.value.starts_with(query.id_prefix) && has_tags(run, query);
}

bool has_state(const RunRecord& record, const RunQuery& query) {
  return query.states.empty() ||
         std::find(query.states.begin(), query.states.end(), record.state) != query.states.end();
}

/// One record for each of the runs that `make` appends to, in the order asked for.
template <typename Record, typename Make>
std::vector<Record> collect(std::span<const RunId> runs,
                            const std::function<const MemoryRun*(const RunId&)>& find, Make make) {
  std::vector<Record> records;
  for (const auto& id : runs) {
    if (const auto* run = find(id)) make(*run, records);
  }
  return records;
}

SeriesPoints cut(OrderedPoints points, const StepRange& range) {
  const auto begin = std::lower_bound(points.steps.begin(), points.steps.end(), range.from);
  const auto end = std::upper_bound(begin, points.steps.end(), range.to);
  const auto from = begin - points.steps.begin();
  const auto to = end - points.steps.begin();
  const auto part = [&](const auto& column) {
    return std::remove_cvref_t<decltype(column)>(column.begin() + from, column.begin() + to);
  };
  return {part(points.steps), part(points.times_ms), part(points.values)};
}

}  // namespace

std::optional<RunRecord> MemoryCatalog::find_run(const RunId& id) const {
  const auto* run = find(id);
  if (run == nullptr || run->removed) return std::nullopt;
  return record_of(*run, names_, journals_);
}

std::vector<RunRecord> MemoryCatalog::list_runs(const RunQuery& query) const {
  if (!query.where.empty()) {
    throw Error(ErrorCode::unsupported,
                "cannot use expression '" + query.where + "': this catalog has no SQL");
  }
  std::vector<SortedRun> chosen;
  for (const auto& [id, run] : runs_) {
    if (!fits(run, query)) continue;
    auto record = record_of(run, names_, journals_);
    if (has_state(record, query)) chosen.push_back({&run, std::move(record)});
  }
  sort_runs(chosen, query.sort);
  std::vector<RunRecord> records;
  const auto limit = query.limit.value_or(std::numeric_limits<std::uint64_t>::max());
  for (std::uint64_t i = query.offset; i < chosen.size() && records.size() < limit; ++i) {
    records.push_back(std::move(chosen[i].record));
  }
  return records;
}

std::vector<std::string> MemoryCatalog::experiments() const {
  std::set<std::string> names;
  for (const auto& [id, run] : runs_) {
    if (!run.removed && !run.record.experiment.empty()) names.insert(run.record.experiment);
  }
  return {names.begin(), names.end()};
}

std::optional<std::string> MemoryCatalog::clear_name(std::string_view hash) const {
  const auto found = names_.find(hash);
  return found != names_.end() ? std::optional(found->second) : std::nullopt;
}

std::vector<std::string> MemoryCatalog::mixed_params(const RunQuery& query) const {
  const auto sort = std::string_view(query.sort).substr(query.sort.starts_with('-') ? 1 : 0);
  if (!sort.starts_with("param:")) return {};
  const std::string name(sort.substr(6));
  bool texts = false;
  bool numbers = false;
  for (const auto& [id, run] : runs_) {
    const auto param = run.params.find(name);
    if (param == run.params.end()) continue;
    const auto type = param->second.what.type();
    (type == Value::Type::text || type == Value::Type::json ? texts : numbers) |=
        type != Value::Type::null;
  }
  return texts && numbers ? std::vector{name} : std::vector<std::string>{};
}

std::vector<ParamRecord> MemoryCatalog::params(std::span<const RunId> runs) const {
  return collect<ParamRecord>(
      runs, [&](const RunId& id) { return find(id); },
      [](const MemoryRun& run, auto& out) {
        for (const auto& [name, said] : run.params) out.push_back({run.record.id, name, said.what});
      });
}

std::vector<TagRecord> MemoryCatalog::tags(std::span<const RunId> runs) const {
  return collect<TagRecord>(
      runs, [&](const RunId& id) { return find(id); },
      [](const MemoryRun& run, auto& out) {
        for (const auto& [name, tag] : run.tags) {
          if (tag.value) out.push_back({run.record.id, name, *tag.value});
        }
      });
}

std::vector<MetricRecord> MemoryCatalog::metrics(std::span<const RunId> runs) const {
  return collect<MetricRecord>(
      runs, [&](const RunId& id) { return find(id); },
      [](const MemoryRun& run, auto& out) {
        for (auto& metric : metrics_of(run)) out.push_back(std::move(metric));
      });
}

std::vector<ArtifactRecord> MemoryCatalog::artifacts(std::span<const RunId> runs) const {
  return collect<ArtifactRecord>(
      runs, [&](const RunId& id) { return find(id); },
      [](const MemoryRun& run, auto& out) {
        auto all = run.artifacts;
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
          return std::tie(a.what.name, a.by.order) < std::tie(b.what.name, b.by.order);
        });
        for (auto& artifact : all) {
          artifact.what.attempt = run.number_of(artifact.what.attempt);
          out.push_back(std::move(artifact.what));
        }
      });
}

std::vector<DatasetRecord> MemoryCatalog::datasets(std::span<const RunId> runs) const {
  return collect<DatasetRecord>(
      runs, [&](const RunId& id) { return find(id); },
      [](const MemoryRun& run, auto& out) {
        for (const auto& [name, said] : run.datasets) out.push_back(said.what);
      });
}

std::vector<SeedRecord> MemoryCatalog::seeds(const RunId& run) const {
  std::vector<SeedRecord> seeds;
  if (const auto* known = find(run)) {
    for (const auto& [stream, said] : known->seeds) seeds.push_back(said.what);
  }
  return seeds;
}

std::vector<CapturedField> MemoryCatalog::fields(const RunId& run) const {
  std::vector<CapturedField> fields;
  if (const auto* known = find(run)) {
    for (const auto& [key, said] : known->fields) fields.push_back(said.what);
  }
  return fields;
}

std::vector<AttemptRecord> MemoryCatalog::attempts(const RunId& run) const {
  const auto* known = find(run);
  return known != nullptr ? attempts_of(*known, names_) : std::vector<AttemptRecord>{};
}

std::vector<MemberRecord> MemoryCatalog::members(const RunId& run) const {
  const auto* known = find(run);
  return known != nullptr ? members_of(*known) : std::vector<MemberRecord>{};
}

std::vector<ConflictRecord> MemoryCatalog::conflicts(const RunId& run) const {
  const auto* known = find(run);
  return known != nullptr ? known->conflicts : std::vector<ConflictRecord>{};
}

SeriesPoints MemoryCatalog::points(const RunId& run, const SeriesKey& series,
                                   StepRange range) const {
  const auto* known = find(run);
  return known != nullptr ? cut(points_of(*known, series, false), range) : SeriesPoints{};
}

void MemoryCatalog::scan_points(const RunId& run, const SeriesKey& series, const StepRange& range,
                                PointSink& sink) const {
  const auto all = points(run, series, range);
  if (all.steps.empty()) return;
  sink.begin(all.steps.front(), all.steps.back());
  sink.points(all.steps, all.values);
}

SeriesPoints MemoryCatalog::points_all(const RunId& run, const SeriesKey& series) const {
  const auto* known = find(run);
  return known != nullptr ? cut(points_of(*known, series, true), {}) : SeriesPoints{};
}

}  // namespace track::storage
