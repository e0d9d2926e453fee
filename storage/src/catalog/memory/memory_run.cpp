#include "catalog/memory/memory_run.hpp"

#include <algorithm>

#include "catalog/metric_definitions.hpp"
#include "catalog/points/series_summary.hpp"

namespace track::storage {
namespace {

std::vector<PointSource> sources_of(const std::map<std::string, PointSource>& segments) {
  std::vector<PointSource> sources;
  for (const auto& [order, points] : segments) sources.push_back(points);
  return sources;
}

/// Everything that the run logged to the metric, under whatever labels.
std::vector<SegmentPoints> axis_points(const MemoryRun& run, std::string_view metric) {
  std::vector<SegmentPoints> all;
  for (const auto& [key, segments] : run.series) {
    if (key.name != metric) continue;
    for (const auto& [order, points] : segments) all.push_back({order, points});
  }
  return all;
}

std::vector<Rewind> rewinds_of(const MemoryRun& run) {
  auto said = run.rewinds;
  std::stable_sort(said.begin(), said.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  return resolve_rewinds(said, [&](std::string_view metric) { return axis_points(run, metric); });
}

OrderedPoints view_of(const MemoryRun& run, std::string_view metric,
                      const std::map<std::string, PointSource>& segments, bool every) {
  auto sources = sources_of(segments);
  if (every) return every_point(sources);
  if (!rewinds(metric)) return default_view(sources);
  const auto starts = attempt_starts(sources);
  const auto said = rewinds_of(run);
  auto source = sources.begin();
  for (const auto& [order, points] : segments) {
    source->superseded_from = superseded_from(order, points.attempt, points.rank, starts, said);
    ++source;
  }
  return default_view(sources);
}

std::string clear_or_hash(const MemoryNames& names, const std::string& hash) {
  const auto found = names.find(hash);
  return found != names.end() ? found->second : hash;
}

}  // namespace

void MemoryRun::add_loss(const std::string& what) {
  auto& losses = record.losses;
  if (std::find(losses.begin(), losses.end(), what) == losses.end()) losses.push_back(what);
}

std::int64_t MemoryRun::number_of(std::int64_t stamp) const noexcept {
  return std::distance(attempts.begin(), attempts.lower_bound(stamp)) + 1;
}

void MemoryRun::see(Timestamp time) noexcept {
  facts.last_seen.ms = std::max(facts.last_seen.ms, time.ms);
}

std::vector<AttemptRecord> attempts_of(const MemoryRun& run, const MemoryNames& names) {
  std::vector<AttemptRecord> attempts;
  for (const auto& [stamp, said] : run.attempts) {
    attempts.push_back({run.record.id, run.number_of(stamp), said.start,
                        clear_or_hash(names, said.host_hash), said.state, said.end_reason,
                        said.end});
  }
  return attempts;
}

std::vector<MemberRecord> members_of(const MemoryRun& run) {
  std::vector<MemberRecord> members;
  for (const auto& [id, member] : run.members) {
    if (!member.started) continue;
    members.push_back(member.record);
    members.back().attempt = run.number_of(member.record.attempt);
  }
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
    return std::tie(a.attempt, a.rank, a.start.ms, a.member.bytes) <
           std::tie(b.attempt, b.rank, b.start.ms, b.member.bytes);
  });
  return members;
}

std::vector<MetricRecord> metrics_of(const MemoryRun& run) {
  std::vector<schemas::MetricDefinitionEntry> definitions;
  for (const auto& [pattern, said] : run.definitions) definitions.push_back(said.what);
  std::vector<MetricRecord> metrics;
  for (const auto& [key, segments] : run.series) {
    MetricRecord record;
    record.run = run.record.id;
    record.series = key;
    const auto points = view_of(run, key.name, segments, false);
    fill(record, summarize(points.steps, points.times_ms, points.values));
    if (const auto* definition = definition_of(key.name, definitions)) declare(record, *definition);
    metrics.push_back(std::move(record));
  }
  std::sort(metrics.begin(), metrics.end(), [](const auto& a, const auto& b) {
    return std::pair(a.series.name, labels_to_json(a.series.labels)) <
           std::pair(b.series.name, labels_to_json(b.series.labels));
  });
  return metrics;
}

RunRecord record_of(const MemoryRun& run, const MemoryNames& names,
                    const std::filesystem::path& journals) {
  auto record = run.record;
  record.user = clear_or_hash(names, run.user_hash);
  record.host = clear_or_hash(names, run.host_hash);
  auto facts = run.facts;
  facts.attempt = run.number_of(facts.attempt);
  if (facts.recorded) facts.recorded_attempt = run.number_of(facts.recorded_attempt);
  facts.host = record.host;
  const auto derived = derive_state(facts, members_of(run), journals);
  record.state = derived.state;
  record.end_reason = derived.reason;
  record.attempt = facts.attempt;
  if (!facts.ended() || derived.state == RunState::running) {
    record.exit_code.reset();
    record.end_signal.reset();
    record.end.reset();
  }
  return record;
}

OrderedPoints points_of(const MemoryRun& run, const SeriesKey& series, bool every) {
  const auto found = run.series.find(series);
  if (found == run.series.end()) return {};
  return view_of(run, series.name, found->second, every);
}

}  // namespace track::storage
