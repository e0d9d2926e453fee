#include "catalog/sqlite/batch_writer.hpp"

#include <algorithm>

#include "catalog/bounded_count.hpp"
#include "catalog/segment_order.hpp"
#include "catalog/sqlite/attempts.hpp"
#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/entry_writer.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {

std::optional<SegmentState> find_segment(const Connection& connection, const Uuid& segment) {
  const auto find =
      connection.prepare("SELECT id, position, complete, dropped FROM segment_rows WHERE uuid = ?");
  find->bind(blob_of(segment));
  if (!find->step()) return std::nullopt;
  return SegmentState{find->integer(0), static_cast<std::uint64_t>(find->integer(1)),
                      find->boolean(2), static_cast<std::uint64_t>(find->integer(3))};
}

bool is_news(const Connection& connection, const schemas::JournalBatch& batch) {
  const auto state = find_segment(connection, batch.segment);
  if (!state || batch.to > state->position || bounded_count(batch.dropped) > state->dropped)
    return true;
  return batch.sealed && batch.to == state->position && !state->complete;
}

/// Makes the run, and the attempt, where they are new.
std::int64_t BatchWriter::number_attempt(const schemas::JournalBatch& batch) {
  const auto number = find_attempt(connection_, batch.run, batch.order.attempt);
  if (number != 0) return number;
  points_.finish();  // numbers may move, and it remembers some
  return insert_attempt(connection_, batch.run, batch.order.attempt);
}

std::int64_t BatchWriter::insert_segment(const schemas::JournalBatch& batch, std::int64_t attempt) {
  const auto insert = connection_.prepare(
      "INSERT INTO segment_rows (uuid, run, attempt, rank, process_start, pid, sequence, at_order,"
      "   position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)");
  const auto& order = batch.order;
  insert->bind(blob_of(batch.segment), batch.run.value, attempt, order.rank, order.process_start,
               order.pid, order.sequence, blob_of(order_key(order)));
  insert->run();
  return sqlite3_last_insert_rowid(connection_.handle());
}

void BatchWriter::write(const schemas::JournalBatch& batch) {
  const auto known = find_segment(connection_, batch.segment);
  const auto position = known ? known->position : 0;
  const bool is_new = !known || batch.to > position;
  if (is_new && batch.from != position) {
    throw Error(ErrorCode::conflict, "cannot ingest segment '" + batch.segment.to_string() +
                                         "' from byte " + std::to_string(batch.from) +
                                         ": its cursor stands at " + std::to_string(position));
  }
  const bool purged = is_purged(connection_, batch.run, batch.order.attempt);
  const auto attempt = purged ? 1 : number_attempt(batch);
  const auto id = known ? known->id : insert_segment(batch, attempt);
  if (is_new && !purged) write_content(batch, id, attempt);
  const auto update = connection_.prepare(
      "UPDATE segment_rows SET position = max(position, ?1), dropped = max(dropped, ?2),"
      "   complete = complete OR (?3 AND ?1 >= position) WHERE id = ?4");
  update->bind(batch.to, bounded_count(batch.dropped), batch.sealed, id);
  update->run();
  if (!purged) touched_.try_emplace(batch.run, 0);
  if (is_new) ++report_.segments;
}

void BatchWriter::write_content(const schemas::JournalBatch& batch, std::int64_t segment,
                                std::int64_t attempt) {
  const auto order = order_key(batch.order);
  // Late points may be of the axis that says where a rewind went.
  if (!batch.points.empty() && points_.is_before_rewind(batch.run, order))
    rewound_.insert(batch.run);
  EntryWriter entries(connection_, batch.run, batch.order, attempt, report_);
  for (const auto& entry : batch.entries) entries.write(entry);
  auto last_seen = entries.last_seen();
  for (const auto& columns : batch.points) {
    points_.append(batch.run, {segment, attempt, order}, columns);
    report_.points += columns.steps.size();
    if (!columns.times_ms.empty()) last_seen = std::max(last_seen, columns.times_ms.back());
  }
  report_.entries += batch.entries.size();
  auto& seen = touched_[batch.run];
  seen = std::max(seen, last_seen);
  if (entries.definitions_changed()) redefined_.insert(batch.run);
  if (entries.went_back()) rewound_.insert(batch.run);
  if (entries.members_changed()) {
    const auto update = connection_.prepare(
        "UPDATE run_rows SET open_members = (SELECT count(*) FROM member_rows WHERE run = ?1"
        "   AND role <> 'forked' AND start_time IS NOT NULL AND end_time IS NULL) WHERE id = ?1");
    update->bind(batch.run.value);
    update->run();
  }
  if (entries.gaps() > 0) {
    const auto update =
        connection_.prepare("UPDATE segment_rows SET gaps = min(gaps + ?, 1 << 40) WHERE id = ?");
    update->bind(bounded_count(entries.gaps()), segment);
    update->run();
  }
  if (batch.invalid_records > 0) note_invalid(batch);
}

void BatchWriter::note_invalid(const schemas::JournalBatch& batch) {
  report_.invalid_records += batch.invalid_records;
  const auto what = std::to_string(batch.invalid_records) + " records of journal segment " +
                    batch.segment.to_string() + " from byte " + std::to_string(batch.from) +
                    " failed their checksum";
  const auto insert =
      connection_.prepare("INSERT OR IGNORE INTO loss_rows (run, what, time) VALUES (?, ?, ?)");
  insert->bind(batch.run.value, what, Clock::system().now().ms);
  insert->run();
  const auto update = connection_.prepare(
      "UPDATE segment_rows SET invalid = min(invalid + ?, 1 << 40) WHERE uuid = ?");
  update->bind(bounded_count(batch.invalid_records), blob_of(batch.segment));
  update->run();
}

void BatchWriter::update_run(const RunId& run, std::int64_t last_seen) {
  // A header that a crash left behind, or a gap entry that it took along, may say less.
  const auto update = connection_.prepare(
      "UPDATE run_rows SET last_seen = max(last_seen, ?2),"
      "   dropped = (SELECT max(sum(dropped), sum(gaps)) FROM segment_rows WHERE run = ?1)"
      " WHERE id = ?1");
  update->bind(run.value, last_seen);
  update->run();
}

void BatchWriter::finish() {
  for (const auto& run : redefined_) points_.redeclare(run);
  for (const auto& run : rewound_) points_.sum_up_again(run);
  points_.finish();
  for (const auto& [run, last_seen] : touched_) update_run(run, last_seen);
  report_.runs += touched_.size();
  for (const auto& problem : points_.problems()) report_.problems.push_back(problem);
}

}  // namespace track::storage
