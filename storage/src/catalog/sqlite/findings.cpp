#include "catalog/sqlite/findings.hpp"

#include "catalog/sqlite/columns.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

/// Of a field's every part, as a journal would hold it.
Digest digest_of(const CapturedField& field) {
  return blake3(schemas::encode(schemas::FieldsEntry{{field}}).payload);
}

std::int64_t keep_slot(const Connection& connection, const CapturedField& field) {
  const auto insert = connection.prepare(
      "INSERT INTO slot_rows (section, name, phase) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  insert->bind(to_string(field.section), field.name, to_string(field.phase));
  insert->run();
  const auto find =
      connection.prepare("SELECT id FROM slot_rows WHERE section = ? AND name = ? AND phase = ?");
  find->bind(to_string(field.section), field.name, to_string(field.phase));
  find->step();
  return find->integer(0);
}

FindingKey insert_finding(const Connection& connection, const CapturedField& field,
                          const Digest& digest) {
  const auto slot = keep_slot(connection, field);
  const auto insert = connection.prepare(
      "INSERT INTO finding_rows (digest, slot, type, value, bits, field_class, state, detail, "
      "object)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(blob_of(digest), slot);
  bind_value(*insert, 3, field.value);
  insert->bind_one(6, to_string(field.field_class));
  insert->bind_one(7, to_string(field.state));
  insert->bind_one(8, field.detail);
  insert->bind_one(9, blob_of(field.object));
  insert->run();
  return {sqlite3_last_insert_rowid(connection.handle()), slot};
}

}  // namespace

FindingKey keep_finding(const Connection& connection, const CapturedField& field) {
  const auto digest = digest_of(field);
  {
    const auto find = connection.prepare("SELECT id, slot FROM finding_rows WHERE digest = ?");
    find->bind(blob_of(digest));
    if (find->step()) return {find->integer(0), find->integer(1)};
  }
  return insert_finding(connection, field, digest);
}

void forget_unused_findings(const Connection& connection) {
  const auto erase = connection.prepare(
      "DELETE FROM finding_rows WHERE id NOT IN (SELECT finding FROM field_rows)");
  erase->run();
}

}  // namespace track::storage
