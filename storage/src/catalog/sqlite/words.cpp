#include "catalog/sqlite/findings.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

/// Throws Error{not_found} where the statement before touched no row.
void require_change(const Connection& connection, std::string_view action, const RunId& run) {
  if (sqlite3_changes(connection.handle()) > 0) return;
  throw Error(ErrorCode::not_found,
              "cannot " + std::string(action) + " run '" + run.value + "': no such run");
}

}  // namespace

void SqliteCatalog::set_note(const RunId& run, std::string_view note) {
  Transaction transaction(connection_, "write a note");
  const auto update =
      connection_.prepare("UPDATE run_rows SET note = ?, note_time = ? WHERE id = ?");
  update->bind(note, Clock::system().now().ms, run.value);
  update->run();
  require_change(connection_, "write a note to", run);
  transaction.commit();
}

void SqliteCatalog::set_tag(const RunId& run, std::string_view name,
                            const std::optional<std::string>& value) {
  Transaction transaction(connection_, "set a tag");
  const auto insert = connection_.prepare(
      "INSERT INTO tag_rows (run, name, value, time)"
      " SELECT id, ?2, ?3, ?4 FROM run_rows WHERE id = ?1"
      " ON CONFLICT (run, name) DO UPDATE SET value = excluded.value, time = excluded.time");
  insert->bind(run.value, name, value, Clock::system().now().ms);
  insert->run();
  require_change(connection_, "tag", run);
  transaction.commit();
}

void SqliteCatalog::rename(const RunId& run, std::string_view name) {
  Transaction transaction(connection_, "rename a run");
  const auto update = connection_.prepare("UPDATE run_rows SET name = ?, renamed = 1 WHERE id = ?");
  update->bind(name, run.value);
  update->run();
  require_change(connection_, "rename", run);
  transaction.commit();
}

void SqliteCatalog::remove(std::span<const RunId> runs, Timestamp time) {
  Transaction transaction(connection_, "remove runs");
  // One that is hidden already keeps the time at which it was.
  const auto update =
      connection_.prepare("UPDATE run_rows SET removed = coalesce(removed, ?) WHERE id = ?");
  for (const auto& run : runs) {
    update->bind(time.ms, run.value);
    update->run();
    require_change(connection_, "remove", run);
  }
  transaction.commit();
}

void SqliteCatalog::restore(std::span<const RunId> runs) {
  Transaction transaction(connection_, "restore runs");
  const auto update = connection_.prepare("UPDATE run_rows SET removed = NULL WHERE id = ?");
  for (const auto& run : runs) {
    update->bind(run.value);
    update->run();
    require_change(connection_, "restore", run);
  }
  transaction.commit();
}

std::uint64_t SqliteCatalog::purge(Timestamp removed_before) {
  Transaction transaction(connection_, "purge runs");
  const auto mark = connection_.prepare(
      "INSERT OR REPLACE INTO purged_rows (run, stamp)"
      " SELECT id, (SELECT coalesce(max(stamp), 1) FROM attempt_rows WHERE run = id)"
      "   FROM purgeable_runs WHERE removed < ?");
  mark->bind(removed_before.ms);
  mark->run();
  const auto erase = connection_.prepare(
      "DELETE FROM run_rows WHERE id IN (SELECT id FROM purgeable_runs WHERE removed < ?)");
  erase->bind(removed_before.ms);
  erase->run();
  const auto count = static_cast<std::uint64_t>(sqlite3_changes(connection_.handle()));
  if (count > 0) forget_unused_findings(connection_);
  transaction.commit();
  return count;
}

std::vector<RunId> SqliteCatalog::purgeable(Timestamp removed_before) const {
  const auto rows =
      connection_.prepare("SELECT id FROM purgeable_runs WHERE removed < ? ORDER BY number");
  rows->bind(removed_before.ms);
  std::vector<RunId> runs;
  while (rows->step()) runs.push_back({rows->text(0)});
  return runs;
}

}  // namespace track::storage
