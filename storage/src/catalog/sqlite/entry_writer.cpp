#include "catalog/sqlite/entry_writer.hpp"

#include <algorithm>
#include <variant>

#include "catalog/bounded_count.hpp"
#include "catalog/segment_order.hpp"
#include "catalog/sqlite/columns.hpp"

namespace track::storage {

EntryWriter::EntryWriter(const Connection& connection, const RunId& run,
                         const schemas::SegmentOrder& order, std::int64_t attempt,
                         IngestReport& report)
    : connection_(connection),
      run_(run),
      order_(order),
      attempt_(attempt),
      said_{order.rank, order_key(order)},
      report_(report) {}

void EntryWriter::write(const schemas::JournalEntry& entry) {
  std::visit([this](const auto& known) { take(known); }, entry);
}

void EntryWriter::seen(Timestamp time) noexcept { last_seen_ = std::max(last_seen_, time.ms); }

void EntryWriter::remember(const schemas::PersonalName& name) {
  if (name.hash.empty() || name.clear.empty()) return;
  const auto insert = connection_.prepare(
      "INSERT INTO name_rows (hash, clear) VALUES (?, ?)"
      " ON CONFLICT (hash) DO UPDATE SET clear = excluded.clear WHERE clear <> excluded.clear");
  insert->bind(name.hash, name.clear);
  insert->run();
}

void EntryWriter::record_loss(const std::string& what, Timestamp time) {
  seen(time);
  const auto insert =
      connection_.prepare("INSERT OR IGNORE INTO loss_rows (run, what, time) VALUES (?, ?, ?)");
  insert->bind(run_.value, what, time.ms);
  insert->run();
}

void EntryWriter::record_conflict(const std::string& subject, const std::string& detail) {
  const auto insert = connection_.prepare(
      "INSERT OR IGNORE INTO conflict_rows (run, subject, detail, time) VALUES (?, ?, ?, ?)");
  insert->bind(run_.value, subject, detail, Clock::system().now().ms);
  insert->run();
  if (sqlite3_changes(connection_.handle()) > 0) ++report_.conflicts;
}

/// Records who lost, where somebody did.
void EntryWriter::settle(Verdict verdict, const std::string& subject, const std::string& held,
                         std::int64_t held_rank, const std::string& said) {
  if (verdict == Verdict::conflict_keep) {
    record_conflict(subject, conflict_detail(held, held_rank, said, said_.rank));
  } else if (verdict == Verdict::conflict_replace) {
    record_conflict(subject, conflict_detail(said, said_.rank, held, held_rank));
  }
}

/// What the program of `track run` says of the run it joined, whichever of the two comes first:
/// until the owner's entry is there, `source` keeps that something was said.
void EntryWriter::take_joined(const schemas::RunStartEntry& entry) {
  seen(entry.time);
  const auto update = connection_.prepare(
      "UPDATE run_rows SET name = CASE WHEN renamed OR ?1 = '' THEN name ELSE ?1 END,"
      "   experiment = coalesce(nullif(?2, ''), experiment),"
      "   group_name = coalesce(nullif(?3, ''), group_name),"
      "   kind = coalesce(nullif(?4, 'train'), kind),"
      "   source = CASE WHEN start_order IS NULL THEN ?5 ELSE source END"
      " WHERE id = ?6 AND (start_order IS NULL OR source = ?7)");
  update->bind(entry.name, entry.experiment, entry.group, to_string(entry.kind), entry.source,
               run_.value, schemas::k_command_source);
  update->run();
}

void EntryWriter::take(const schemas::RunStartEntry& entry) {
  if (entry.source == schemas::k_joined_source) return take_joined(entry);
  remember(entry.user);
  remember(entry.host);
  seen(entry.time);
  const auto id_or_null = [](const std::optional<RunId>& run) {
    return run ? std::optional(run->value) : std::nullopt;
  };
  const auto update = connection_.prepare(
      "UPDATE run_rows SET"
      "   name = CASE WHEN renamed OR (source = 'joined' AND ?7 = 'command' AND name <> '')"
      "               THEN name ELSE ?1 END,"
      "   experiment = CASE WHEN source = 'joined' AND ?7 = 'command' AND experiment <> ''"
      "                     THEN experiment ELSE ?2 END,"
      "   group_name = CASE WHEN source = 'joined' AND ?7 = 'command' AND group_name <> ''"
      "                     THEN group_name ELSE ?3 END,"
      "   kind = CASE WHEN source = 'joined' AND ?7 = 'command' AND kind <> 'train'"
      "               THEN kind ELSE ?6 END,"
      "   parent = ?4, replay_of = ?5, source = ?7, user_hash = ?8, host_hash = ?9,"
      "   start_time = ?10, start_order = ?11"
      " WHERE id = ?12 AND (start_order IS NULL OR start_order > ?11)");
  update->bind(entry.name, entry.experiment, entry.group, id_or_null(entry.parent),
               id_or_null(entry.replay_of), to_string(entry.kind), entry.source, entry.user.hash,
               entry.host.hash, entry.time.ms, blob_of(said_.order), run_.value);
  update->run();
  const auto attempt = connection_.prepare(
      "UPDATE attempt_rows SET start_time = ?, host_hash = ? WHERE run = ? AND stamp = ?");
  attempt->bind(entry.time.ms, entry.host.hash, run_.value, order_.attempt);
  attempt->run();
}

void EntryWriter::take(const schemas::RunEndEntry& entry) {
  seen(entry.time);
  const auto to_wide = [](const std::optional<int>& value) {
    return value ? std::optional(std::int64_t{*value}) : std::nullopt;
  };
  const auto update = connection_.prepare(
      "UPDATE run_rows SET end_state = ?, end_reason = ?, exit_code = ?, end_signal = ?,"
      "   end_time = ?, end_attempt = ?, end_order = ?"
      " WHERE id = ? AND (end_order IS NULL OR end_order <= ?)");
  update->bind(to_string(entry.state), entry.reason, to_wide(entry.exit_code),
               to_wide(entry.signal), entry.time.ms, attempt_, blob_of(said_.order), run_.value,
               blob_of(said_.order));
  update->run();
  const auto attempt = connection_.prepare(
      "UPDATE attempt_rows SET end_state = ?, end_reason = ?, end_time = ?"
      " WHERE run = ? AND stamp = ?");
  attempt->bind(to_string(entry.state), entry.reason, entry.time.ms, run_.value, order_.attempt);
  attempt->run();
}

void EntryWriter::take(const schemas::MemberStartEntry& entry) {
  remember(entry.host);
  seen(entry.time);
  members_changed_ = true;
  const auto insert = connection_.prepare(
      "INSERT INTO member_rows (run, member, role, rank, attempt, pid, process_start, boot_id,"
      "   host_hash, live_file, device, inode, is_local, start_time)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (run, member) DO UPDATE SET role = excluded.role, rank = excluded.rank,"
      "   attempt = excluded.attempt, pid = excluded.pid, process_start = excluded.process_start,"
      "   boot_id = excluded.boot_id, host_hash = excluded.host_hash,"
      "   live_file = excluded.live_file, device = excluded.device, inode = excluded.inode,"
      "   is_local = excluded.is_local, start_time = excluded.start_time");
  insert->bind(run_.value, blob_of(entry.member), to_string(entry.role), order_.rank, attempt_,
               entry.pid, entry.process_start, entry.boot_id, entry.host.hash, entry.live_file,
               entry.device, entry.inode, entry.local, entry.time.ms);
  insert->run();
}

void EntryWriter::take(const schemas::MemberEndEntry& entry) {
  seen(entry.time);
  members_changed_ = true;
  const auto insert = connection_.prepare(
      "INSERT INTO member_rows (run, member, end_time) VALUES (?, ?, ?)"
      " ON CONFLICT (run, member) DO UPDATE SET end_time = excluded.end_time");
  insert->bind(run_.value, blob_of(entry.member), entry.time.ms);
  insert->run();
}

void EntryWriter::take(const schemas::ParamEntry& entry) {
  auto verdict = Verdict::replace;
  {
    const auto find = connection_.prepare(
        "SELECT type, value, bits, rank, at_order FROM param_rows WHERE run = ? AND name = ?");
    find->bind(run_.value, entry.name);
    if (find->step()) {
      const auto held = read_value(*find, 0);
      const Precedence by{find->integer(3), read_bytes(*find, 4)};
      verdict = weigh(held == entry.value, by, said_);
      settle(verdict, "param " + entry.name, held.to_string(), by.rank, entry.value.to_string());
    }
  }
  if (verdict == Verdict::keep || verdict == Verdict::conflict_keep) return;
  const auto insert = connection_.prepare(
      "INSERT OR REPLACE INTO param_rows (run, name, type, value, bits, rank, at_order)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run_.value, entry.name);
  bind_value(*insert, 3, entry.value);
  insert->bind_one(6, said_.rank);
  insert->bind_one(7, blob_of(said_.order));
  insert->run();
}

void EntryWriter::take(const schemas::SeedEntry& entry) {
  auto verdict = Verdict::replace;
  {
    const auto find = connection_.prepare(
        "SELECT type, value, bits, rank, at_order FROM seed_rows WHERE run = ? AND stream = ?");
    find->bind(run_.value, entry.stream);
    if (find->step()) {
      const auto held = read_value(*find, 0);
      const Precedence by{find->integer(3), read_bytes(*find, 4)};
      verdict = weigh(held == entry.value, by, said_);
      settle(verdict, "seed " + entry.stream, held.to_string(), by.rank, entry.value.to_string());
    }
  }
  if (verdict == Verdict::keep || verdict == Verdict::conflict_keep) return;
  const auto insert = connection_.prepare(
      "INSERT OR REPLACE INTO seed_rows (run, stream, type, value, bits, source, rank, at_order)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run_.value, entry.stream);
  bind_value(*insert, 3, entry.value);
  insert->bind_one(6, entry.source);
  insert->bind_one(7, said_.rank);
  insert->bind_one(8, blob_of(said_.order));
  insert->run();
}

void EntryWriter::take(const schemas::TagEntry& entry) {
  seen(entry.time);
  const auto insert = connection_.prepare(
      "INSERT INTO tag_rows (run, name, value, time) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (run, name) DO UPDATE SET value = excluded.value, time = excluded.time"
      "   WHERE excluded.time >= tag_rows.time");
  insert->bind(run_.value, entry.name, entry.value, entry.time.ms);
  insert->run();
}

void EntryWriter::take(const schemas::NoteEntry& entry) {
  seen(entry.time);
  const auto update = connection_.prepare(
      "UPDATE run_rows SET note = ?, note_time = ? WHERE id = ? AND note_time <= ?");
  update->bind(entry.text, entry.time.ms, run_.value, entry.time.ms);
  update->run();
}

void EntryWriter::take(const schemas::MetricDefinitionEntry& entry) {
  definitions_changed_ = true;
  const auto insert = connection_.prepare(
      "INSERT INTO definition_rows (run, pattern, goal, unit, axis, summary, deterministic, "
      "at_order)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (run, pattern) DO UPDATE SET goal = excluded.goal, unit = excluded.unit,"
      "   axis = excluded.axis, summary = excluded.summary, deterministic = excluded.deterministic,"
      "   at_order = excluded.at_order WHERE excluded.at_order >= definition_rows.at_order");
  insert->bind(run_.value, entry.pattern, to_string(entry.goal), entry.unit, entry.axis,
               to_string(entry.summary), entry.deterministic, blob_of(said_.order));
  insert->run();
}

void EntryWriter::take(const schemas::GapEntry& entry) {
  gaps_ = bounded_count(gaps_ + bounded_count(entry.dropped));
  seen(entry.time);
  if (!entry.reason.empty()) record_loss("points were dropped: " + entry.reason, entry.time);
}

void EntryWriter::take(const schemas::LossEntry& entry) { record_loss(entry.what, entry.time); }

void EntryWriter::take(const schemas::RewindEntry& entry) {
  seen(entry.time);
  went_back_ = true;
  const auto insert = connection_.prepare(
      "INSERT INTO rewind_rows (run, rank, attempt, at_order, axis, step, value, time)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run_.value, order_.rank, attempt_, blob_of(said_.order), entry.axis, entry.step,
               entry.value, entry.time.ms);
  insert->run();
}

void EntryWriter::take(const schemas::UnknownEntry& entry) {
  const auto insert = connection_.prepare(
      "INSERT INTO unknown_rows (run, kind, version, payload, at_order) VALUES (?, ?, ?, ?, ?)");
  insert->bind(run_.value, std::int64_t{entry.kind}, std::int64_t{entry.version},
               Blob{entry.payload}, blob_of(said_.order));
  insert->run();
  report_.problems.push_back("run '" + run_.value + "' holds an entry of kind " +
                             std::to_string(entry.kind) + ", version " +
                             std::to_string(entry.version) +
                             ", which this version of track does not know: it was kept");
}

}  // namespace track::storage
