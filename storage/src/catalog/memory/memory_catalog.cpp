#include "catalog/memory/memory_catalog.hpp"

#include <algorithm>
#include <variant>

#include "catalog/bounded_count.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {

std::unique_ptr<Catalog> make_memory_catalog(const std::filesystem::path& journals) {
  return std::make_unique<MemoryCatalog>(journals);
}

/// Looks first, so that of several batches all are taken or none.
void MemoryCatalog::check_cursors(std::span<const schemas::JournalBatch> batches) const {
  std::map<Uuid, std::uint64_t> positions;
  for (const auto& batch : batches) {
    const auto known = positions.find(batch.segment);
    const auto position =
        known != positions.end() ? known->second : cursor(batch.segment).value_or(0);
    if (batch.to > position && batch.from != position) {
      throw Error(ErrorCode::conflict, "cannot ingest segment '" + batch.segment.to_string() +
                                           "' from byte " + std::to_string(batch.from) +
                                           ": its cursor stands at " + std::to_string(position));
    }
    positions[batch.segment] = std::max(position, batch.to);
  }
}

IngestReport MemoryCatalog::ingest(std::span<const schemas::JournalBatch> batches) {
  check_cursors(batches);
  IngestReport report;
  std::set<RunId> touched;
  for (const auto& batch : batches) {
    if (take(batch, report)) touched.insert(batch.run);
  }
  report.runs = touched.size();
  for (const auto& problem : report.problems) record_problem("ingest", problem, {});
  return report;
}

/// Whether the batch said anything new of a run.
bool MemoryCatalog::take(const schemas::JournalBatch& batch, IngestReport& report) {
  auto& segment = segments_[batch.segment];
  const bool is_new = batch.to > segment.position || (batch.to == 0 && segment.run.value.empty());
  const bool dropped_more = bounded_count(batch.dropped) > segment.dropped;
  segment.run = batch.run;
  segment.position = std::max(segment.position, batch.to);
  segment.dropped = std::max(segment.dropped, bounded_count(batch.dropped));
  if (is_new) ++report.segments;
  const auto purged = purged_.find(batch.run);
  if (purged != purged_.end() && batch.order.attempt <= purged->second) return false;
  if (!is_new && !dropped_more) return false;
  auto& run = runs_[batch.run];
  if (run.number == 0) {
    run.number = next_number_++;
    run.record.id = batch.run;
  }
  const bool is_latest = run.attempts.empty() || run.attempts.rbegin()->first < batch.order.attempt;
  if (run.attempts.try_emplace(batch.order.attempt).second && is_latest) run.removed.reset();
  run.facts.attempt = run.attempts.rbegin()->first;
  if (is_new) {
    add_batch(run, names_, batch, report);
    for (const auto& entry : batch.entries) {
      if (const auto* gap = std::get_if<schemas::GapEntry>(&entry)) {
        segment.gaps = bounded_count(segment.gaps + bounded_count(gap->dropped));
      }
    }
  }
  count_dropped(batch.run);
  return true;
}

void MemoryCatalog::count_dropped(const RunId& run) {
  std::uint64_t dropped = 0;
  std::uint64_t gaps = 0;
  for (const auto& [uuid, segment] : segments_) {
    if (segment.run != run) continue;
    dropped += segment.dropped;
    gaps += segment.gaps;
  }
  runs_[run].record.dropped = std::max(dropped, gaps);
}

std::optional<std::uint64_t> MemoryCatalog::cursor(const Uuid& segment) const {
  const auto found = segments_.find(segment);
  return found != segments_.end() ? std::optional(found->second.position) : std::nullopt;
}

bool MemoryCatalog::is_blank() const { return segments_.empty(); }

void MemoryCatalog::record_problem(std::string_view subject, std::string_view detail, Timestamp) {
  std::pair problem{std::string(subject), std::string(detail)};
  if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) {
    problems_.push_back(std::move(problem));
  }
}

std::vector<std::pair<std::string, std::string>> MemoryCatalog::problems() const {
  return problems_;
}

const MemoryRun* MemoryCatalog::find(const RunId& run) const {
  const auto found = runs_.find(run);
  return found != runs_.end() ? &found->second : nullptr;
}

MemoryRun& MemoryCatalog::get(const RunId& run, std::string_view action) {
  const auto found = runs_.find(run);
  if (found != runs_.end()) return found->second;
  throw Error(ErrorCode::not_found,
              "cannot " + std::string(action) + " run '" + run.value + "': no such run");
}

void MemoryCatalog::set_note(const RunId& run, std::string_view note) {
  auto& known = get(run, "write a note to");
  known.record.note = note;
  known.note_time = Clock::system().now().ms;
}

void MemoryCatalog::set_tag(const RunId& run, std::string_view name,
                            const std::optional<std::string>& value) {
  get(run, "tag").tags.insert_or_assign(std::string(name), MemoryTag{value, Clock::system().now()});
}

void MemoryCatalog::rename(const RunId& run, std::string_view name) {
  auto& known = get(run, "rename");
  known.record.name = name;
  known.renamed = true;
}

void MemoryCatalog::remove(std::span<const RunId> runs, Timestamp time) {
  for (const auto& run : runs) static_cast<void>(get(run, "remove"));
  for (const auto& run : runs) {
    auto& known = get(run, "remove");
    if (!known.removed) known.removed = time;
  }
}

void MemoryCatalog::restore(std::span<const RunId> runs) {
  for (const auto& run : runs) static_cast<void>(get(run, "restore"));
  for (const auto& run : runs) get(run, "restore").removed.reset();
}

bool MemoryCatalog::is_purgeable(const RunId& id, const MemoryRun& run,
                                 Timestamp removed_before) const {
  if (!run.removed || !(*run.removed < removed_before)) return false;
  const auto& versions = registry_.all_versions();
  return std::none_of(versions.begin(), versions.end(),
                      [&](const auto& version) { return version.run == id; });
}

std::uint64_t MemoryCatalog::purge(Timestamp removed_before) {
  return std::erase_if(runs_, [&](const auto& entry) {
    const bool goes = is_purgeable(entry.first, entry.second, removed_before);
    if (goes) purged_[entry.first] = entry.second.facts.attempt;
    return goes;
  });
}

std::vector<RunId> MemoryCatalog::purgeable(Timestamp removed_before) const {
  std::vector<RunId> runs;
  for (const auto& [id, run] : runs_) {
    if (is_purgeable(id, run, removed_before)) runs.push_back(id);
  }
  return runs;
}

std::vector<Digest> MemoryCatalog::references(Timestamp removed_before) const {
  std::set<Digest> digests;
  const auto add = [&](const std::optional<Digest>& digest) {
    if (digest) digests.insert(*digest);
  };
  for (const auto& [id, run] : runs_) {
    if (is_purgeable(id, run, removed_before)) continue;
    for (const auto& artifact : run.artifacts) add(artifact.what.digest);
    for (const auto& [name, dataset] : run.datasets) add(dataset.what.digest);
    for (const auto& [key, field] : run.fields) add(field.what.object);
  }
  for (const auto& version : registry_.all_versions()) digests.insert(version.digest);
  for (const auto& transition : registry_.transitions("")) {
    add(transition.digest);
    add(transition.policy);
    add(transition.evidence);
  }
  return {digests.begin(), digests.end()};
}

std::vector<std::string> MemoryCatalog::owners(const Digest& digest) const {
  std::set<std::string> owners;
  for (const auto& [id, run] : runs_) {
    const auto who = "run " + id.value + " ";
    for (const auto& artifact : run.artifacts) {
      if (artifact.what.digest == digest) owners.insert(who + "artifact " + artifact.what.name);
    }
    for (const auto& [name, dataset] : run.datasets) {
      if (dataset.what.digest == digest) owners.insert(who + "dataset " + name);
    }
    for (const auto& [key, field] : run.fields) {
      if (field.what.object != digest) continue;
      owners.insert(who + std::string(to_string(field.what.section)) + " " + field.what.name);
    }
  }
  for (const auto& version : registry_.all_versions()) {
    if (version.digest == digest) {
      owners.insert("model " + version.model + "/" + std::to_string(version.version));
    }
  }
  return {owners.begin(), owners.end()};
}

void MemoryCatalog::query(std::string_view, SqlSink&) const {
  throw Error(ErrorCode::unsupported, "cannot run the query: this catalog has no SQL");
}

}  // namespace track::storage
