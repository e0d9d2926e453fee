#include <algorithm>
#include <variant>

#include "catalog/memory/memory_run.hpp"
#include "catalog/segment_order.hpp"

namespace track::storage {
namespace {

/// Adds the entries of one segment to a run, as EntryWriter does to tables.
class EntryTaker {
 public:
  EntryTaker(MemoryRun& run, MemoryNames& names, const schemas::SegmentOrder& order,
             IngestReport& report)
      : run_(run),
        names_(names),
        order_(order),
        said_{order.rank, order_key(order)},
        report_(report) {}

  void take(const schemas::SeriesEntry&) {}
  void take(const schemas::AnchorEntry&) {}

  void take_joined(const schemas::RunStartEntry& entry) {
    run_.see(entry.time);
    auto& record = run_.record;
    if (run_.start_order && record.source != schemas::k_command_source) return;
    if (!run_.renamed && !entry.name.empty()) record.name = entry.name;
    if (!entry.experiment.empty()) record.experiment = entry.experiment;
    if (!entry.group.empty()) record.group = entry.group;
    if (entry.kind != RunKind::train) record.kind = entry.kind;
    if (!run_.start_order) record.source = entry.source;
  }

  void take(const schemas::RunStartEntry& entry) {
    if (entry.source == schemas::k_joined_source) return take_joined(entry);
    remember(entry.user);
    remember(entry.host);
    run_.see(entry.time);
    auto& attempt = run_.attempts[order_.attempt];
    attempt.start = entry.time;
    attempt.host_hash = entry.host.hash;
    if (run_.start_order && *run_.start_order <= said_.order) return;
    auto& record = run_.record;
    const bool said =
        record.source == schemas::k_joined_source && entry.source == schemas::k_command_source;
    if (!run_.renamed && !(said && !record.name.empty())) record.name = entry.name;
    if (!said || record.experiment.empty()) record.experiment = entry.experiment;
    if (!said || record.group.empty()) record.group = entry.group;
    if (!said || record.kind == RunKind::train) record.kind = entry.kind;
    record.parent = entry.parent;
    record.replay_of = entry.replay_of;
    record.source = entry.source;
    record.start = entry.time;
    run_.user_hash = entry.user.hash;
    run_.host_hash = entry.host.hash;
    run_.start_order = said_.order;
  }

  void take(const schemas::RunEndEntry& entry) {
    run_.see(entry.time);
    auto& attempt = run_.attempts[order_.attempt];
    attempt.state = entry.state;
    attempt.end_reason = entry.reason;
    attempt.end = entry.time;
    if (run_.end_order > said_.order) return;
    run_.facts.recorded = entry.state;
    run_.facts.reason = entry.reason;
    run_.facts.recorded_attempt = order_.attempt;
    run_.record.exit_code = entry.exit_code;
    run_.record.end_signal = entry.signal;
    run_.record.end = entry.time;
    run_.end_order = said_.order;
  }

  void take(const schemas::MemberStartEntry& entry) {
    remember(entry.host);
    run_.see(entry.time);
    auto& member = run_.members[entry.member];
    const auto end = member.record.end;
    member.started = true;
    member.record = {.run = run_.record.id,
                     .member = entry.member,
                     .role = entry.role,
                     .rank = order_.rank,
                     .attempt = order_.attempt,
                     .pid = entry.pid,
                     .process_start = entry.process_start,
                     .boot_id = entry.boot_id,
                     .host = entry.host.hash,
                     .live_file = entry.live_file,
                     .device = entry.device,
                     .inode = entry.inode,
                     .local = entry.local,
                     .start = entry.time,
                     .end = end};
  }

  void take(const schemas::MemberEndEntry& entry) {
    run_.see(entry.time);
    run_.members[entry.member].record.end = entry.time;
  }

  void take(const schemas::ParamEntry& entry) {
    settle(run_.params, entry.name, "param " + entry.name, entry.value,
           [](const Value& value) { return value; });
  }

  void take(const schemas::SeedEntry& entry) {
    settle(run_.seeds, entry.stream, "seed " + entry.stream,
           SeedRecord{run_.record.id, entry.stream, entry.value, entry.source},
           [](const SeedRecord& seed) { return seed.value; });
  }

  void take(const schemas::TagEntry& entry) {
    run_.see(entry.time);
    const auto [tag, added] = run_.tags.try_emplace(entry.name, MemoryTag{entry.value, entry.time});
    if (!added && !(entry.time < tag->second.time)) tag->second = {entry.value, entry.time};
  }

  void take(const schemas::NoteEntry& entry) {
    run_.see(entry.time);
    if (entry.time.ms < run_.note_time) return;
    run_.record.note = entry.text;
    run_.note_time = entry.time.ms;
  }

  void take(const schemas::MetricDefinitionEntry& entry) {
    const auto [known, added] = run_.definitions.try_emplace(
        entry.pattern, Said<schemas::MetricDefinitionEntry>{entry, said_});
    if (!added && said_.order >= known->second.by.order) known->second = {entry, said_};
  }

  void take(const schemas::ArtifactEntry& entry) {
    run_.see(entry.record.time);
    auto record = entry.record;
    record.run = run_.record.id;
    record.rank = order_.rank;
    record.attempt = order_.attempt;
    run_.artifacts.push_back({std::move(record), said_});
  }

  void take(const schemas::DatasetEntry& entry) {
    run_.see(entry.record.time);
    auto record = entry.record;
    record.run = run_.record.id;
    const auto known = run_.datasets.find(record.name);
    if (known != run_.datasets.end()) {
      const auto& [held, by] = known->second;
      if (held.digest != record.digest) {
        const auto verdict = weigh(false, by, said_);
        note(verdict, "dataset " + record.name, shown(held.digest), by.rank, shown(record.digest));
        if (verdict == Verdict::conflict_keep) return;
      } else if (by.rank != said_.rank || said_ < by) {
        return;
      }
    }
    run_.datasets.insert_or_assign(record.name, Said<DatasetRecord>{record, said_});
  }

  void take(const schemas::FieldsEntry& entry) {
    for (const auto& field : entry.fields) {
      const auto [known, added] = run_.fields.try_emplace({field.section, field.name, field.phase},
                                                          Said<CapturedField>{field, said_});
      if (added) continue;
      const auto& by = known->second.by;
      if (said_.rank < by.rank || (said_.rank == by.rank && said_.order >= by.order)) {
        known->second = {field, said_};
      }
    }
  }

  void take(const schemas::GapEntry& entry) {
    run_.see(entry.time);
    if (!entry.reason.empty()) run_.add_loss("points were dropped: " + entry.reason);
  }

  void take(const schemas::LossEntry& entry) {
    run_.see(entry.time);
    run_.add_loss(entry.what);
  }

  void take(const schemas::RewindEntry& entry) {
    run_.see(entry.time);
    run_.rewinds.push_back(
        {said_.order, order_.rank, order_.attempt, entry.axis, entry.step, entry.value});
  }

  void take(const schemas::UnknownEntry& entry) {
    report_.problems.push_back("run '" + run_.record.id.value + "' holds an entry of kind " +
                               std::to_string(entry.kind) + ", version " +
                               std::to_string(entry.version) +
                               ", which this version of track does not know: it was kept");
  }

 private:
  static std::string shown(const std::optional<Digest>& digest) {
    return digest ? digest->to_string() : "no digest";
  }

  void remember(const schemas::PersonalName& name) {
    if (!name.hash.empty() && !name.clear.empty()) names_[name.hash] = name.clear;
  }

  void note(Verdict verdict, const std::string& subject, const std::string& held,
            std::int64_t held_rank, const std::string& said) {
    if (verdict == Verdict::conflict_keep) {
      add_conflict(subject, conflict_detail(held, held_rank, said, said_.rank));
    } else if (verdict == Verdict::conflict_replace) {
      add_conflict(subject, conflict_detail(said, said_.rank, held, held_rank));
    }
  }

  void add_conflict(const std::string& subject, const std::string& detail) {
    auto& all = run_.conflicts;
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto& conflict) {
      return conflict.subject == subject && conflict.detail == detail;
    });
    if (known) return;
    all.push_back({run_.record.id, subject, detail, Clock::system().now()});
    ++report_.conflicts;
  }

  template <typename T, typename ValueOf>
  void settle(std::map<std::string, Said<T>>& held, const std::string& name,
              const std::string& subject, T said, ValueOf value_of) {
    const auto [known, added] = held.try_emplace(name, Said<T>{said, said_});
    if (added) return;
    const Value before = value_of(known->second.what);
    const Value now = value_of(said);
    const auto verdict = weigh(before == now, known->second.by, said_);
    note(verdict, subject, before.to_string(), known->second.by.rank, now.to_string());
    if (verdict == Verdict::replace || verdict == Verdict::conflict_replace) {
      known->second = {std::move(said), said_};
    }
  }

  MemoryRun& run_;
  MemoryNames& names_;
  const schemas::SegmentOrder& order_;
  Precedence said_;
  IngestReport& report_;
};

void add_points(MemoryRun& run, const schemas::SegmentOrder& order,
                const schemas::PointColumns& columns) {
  if (columns.steps.empty()) return;
  auto& points = run.series[columns.series][order_key(order)];
  points.attempt = order.attempt;
  points.rank = order.rank;
  points.steps.insert(points.steps.end(), columns.steps.begin(), columns.steps.end());
  points.times_ms.insert(points.times_ms.end(), columns.times_ms.begin(), columns.times_ms.end());
  points.values.insert(points.values.end(), columns.values.begin(), columns.values.end());
  run.see({columns.times_ms.back()});
}

}  // namespace

void add_batch(MemoryRun& run, MemoryNames& names, const schemas::JournalBatch& batch,
               IngestReport& report) {
  EntryTaker taker(run, names, batch.order, report);
  for (const auto& entry : batch.entries) {
    std::visit([&](const auto& known) { taker.take(known); }, entry);
  }
  for (const auto& columns : batch.points) {
    add_points(run, batch.order, columns);
    report.points += columns.steps.size();
  }
  report.entries += batch.entries.size();
  report.invalid_records += batch.invalid_records;
  if (batch.invalid_records > 0) {
    run.add_loss(std::to_string(batch.invalid_records) + " records of journal segment " +
                 batch.segment.to_string() + " from byte " + std::to_string(batch.from) +
                 " failed their checksum");
  }
}

}  // namespace track::storage
