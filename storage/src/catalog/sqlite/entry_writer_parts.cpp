#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/entry_writer.hpp"
#include "catalog/sqlite/findings.hpp"

namespace track::storage {
namespace {

std::string shown(const std::optional<Digest>& digest) {
  return digest ? digest->to_string() : "no digest";
}

}  // namespace

void EntryWriter::take(const schemas::ArtifactEntry& entry) {
  const auto& record = entry.record;
  seen(record.time);
  const auto insert = connection_.prepare(
      "INSERT INTO artifact_rows (run, name, kind, state, detail, digest, sha256, size, is_tree,"
      "   step, path, deterministic, rank, attempt, time, at_order)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run_.value, record.name, to_string(record.kind), to_string(record.state),
               record.detail, blob_of(record.digest), record.sha256, record.size, record.is_tree,
               record.step, record.path, record.deterministic, order_.rank, attempt_,
               record.time.ms, blob_of(said_.order));
  insert->run();
}

/// A dataset said again with the same digest brings news of it; with another one it conflicts.
void EntryWriter::take(const schemas::DatasetEntry& entry) {
  const auto& record = entry.record;
  seen(record.time);
  {
    const auto find = connection_.prepare(
        "SELECT digest, rank, at_order FROM dataset_rows WHERE run = ? AND name = ?");
    find->bind(run_.value, record.name);
    if (find->step()) {
      const auto held = read_digest(*find, 0);
      const Precedence by{find->integer(1), read_bytes(*find, 2)};
      if (held != record.digest) {
        const auto verdict = weigh(false, by, said_);
        settle(verdict, "dataset " + record.name, shown(held), by.rank, shown(record.digest));
        if (verdict == Verdict::conflict_keep) return;
      } else if (by.rank != said_.rank || said_ < by) {
        return;  // another rank's, or older news
      }
    }
  }
  write_dataset(record);
}

void EntryWriter::write_dataset(const DatasetRecord& record) {
  const auto insert = connection_.prepare(
      "INSERT OR REPLACE INTO dataset_rows (run, name, uri, digest, sha256, size, count, method,"
      "   is_tree, stored, changed, detail, time, rank, at_order)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run_.value, record.name, record.uri, blob_of(record.digest), record.sha256,
               record.size, record.count, to_string(record.method), record.is_tree, record.stored,
               record.changed, record.detail, record.time.ms, said_.rank, blob_of(said_.order));
  insert->run();
}

void EntryWriter::take(const schemas::FieldsEntry& entry) {
  for (const auto& field : entry.fields) write_field(field);
}

/// Of the lowest rank, and there the latest: a resumed run tells anew where it runs.
void EntryWriter::write_field(const CapturedField& field) {
  const auto finding = keep_finding(connection_, field);
  const auto insert = connection_.prepare(
      "INSERT INTO field_rows (run, slot, finding, stored, rank, at_order)"
      " VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (run, slot) DO UPDATE SET finding = excluded.finding,"
      "   stored = excluded.stored, rank = excluded.rank, at_order = excluded.at_order"
      " WHERE excluded.rank < field_rows.rank"
      "    OR (excluded.rank = field_rows.rank AND excluded.at_order >= field_rows.at_order)");
  insert->bind(run_.value, finding.slot, finding.id, field.object.has_value(), said_.rank,
               blob_of(said_.order));
  insert->run();
}

}  // namespace track::storage
