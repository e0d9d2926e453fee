#include <set>

#include "catalog/sqlite/check.hpp"
#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/points_table.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/view_authorizer.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr int k_snapshots = 5;

Value value_of(const Statement& row, int column) {
  switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_INTEGER:
      return row.integer(column);
    case SQLITE_FLOAT:
      return row.real(column);
    case SQLITE_TEXT:
      return row.text(column);
    case SQLITE_BLOB: {
      static constexpr char k_hex[] = "0123456789abcdef";
      std::string text = "0x";
      for (const auto byte : row.blob(column)) {
        text += k_hex[static_cast<unsigned>(byte) >> 4U];
        text += k_hex[static_cast<unsigned>(byte) & 0xFU];
      }
      return text;
    }
    default:
      return {};
  }
}

[[noreturn]] void throw_query_error(sqlite3* db, int result) {
  if (result == SQLITE_BUSY_SNAPSHOT) {
    throw Error(ErrorCode::busy, "cannot finish the query: journals were ingested while it ran",
                "run it again");
  }
  const int primary = result & 0xFF;
  const bool is_users = primary == SQLITE_ERROR || primary == SQLITE_AUTH ||
                        primary == SQLITE_MISMATCH || primary == SQLITE_TOOBIG ||
                        primary == SQLITE_RANGE || primary == SQLITE_READONLY;
  if (!is_users) throw_sqlite(db, result, "query catalog");
  const std::string cause = sqlite3_errmsg(db);
  const bool no_view = cause.starts_with("no such table: ");
  throw Error(ErrorCode::usage, "cannot run the query: " + cause,
              no_view ? "the views are runs, params, tags, metrics, metric_points, "
                        "artifacts, datasets, models, model_versions, aliases, "
                        "transitions"
              : primary == SQLITE_AUTH ? "only the public views can be read"
                                       : "");
}

/// The first statement of `sql`; throws unless it is the only one.
std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> prepare_only(sqlite3* db,
                                                                        std::string_view sql) {
  refuse_base_tables(sql);
  sqlite3_stmt* made = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &made, &tail);
  std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(made, &sqlite3_finalize);
  if (result != SQLITE_OK) throw_query_error(db, result);
  if (!statement) throw Error(ErrorCode::usage, "cannot run the query: it is empty");
  const auto rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    throw Error(ErrorCode::usage, "cannot run the query: it is more than one statement");
  }
  if (sqlite3_stmt_readonly(statement.get()) == 0) {
    throw Error(ErrorCode::usage, "cannot run the query: it would write");
  }
  return statement;
}

/// False where the journals moved on before the first row: try again.
bool run_query(sqlite3* db, std::string_view sql, SqlSink& sink, bool announce) {
  const auto owner = prepare_only(db, sql);
  auto* statement = owner.get();
  const int columns = sqlite3_column_count(statement);
  if (announce) {
    std::vector<std::string> names;
    for (int i = 0; i < columns; ++i) names.emplace_back(sqlite3_column_name(statement, i));
    sink.columns(names);
  }
  const auto row = Statement::borrow(statement);
  for (bool first = true;; first = false) {
    const int result = sqlite3_step(statement);
    if (result == SQLITE_DONE) return true;
    if (result != SQLITE_ROW) {
      const int code = sqlite3_extended_errcode(db);
      if (first && code == SQLITE_BUSY_SNAPSHOT) return false;
      throw_query_error(db, code);
    }
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) values.push_back(value_of(row, i));
    sink.row(values);
  }
}

}  // namespace

void SqliteCatalog::query(std::string_view sql, SqlSink& sink) const {
  auto* db = views().handle();
  for (int i = 0; i < k_snapshots; ++i) {
    if (run_query(db, sql, sink, i == 0)) return;
  }
  throw Error(ErrorCode::busy, "cannot run the query: journals are being ingested; try again");
}

std::vector<Digest> SqliteCatalog::references(Timestamp removed_before) const {
  const auto rows = connection_.prepare(
      "WITH going AS (SELECT id FROM purgeable_runs WHERE removed < ?1)"
      " SELECT digest FROM artifact_rows WHERE digest IS NOT NULL AND run NOT IN going"
      " UNION SELECT digest FROM dataset_rows WHERE digest IS NOT NULL AND run NOT IN going"
      " UNION SELECT f.object FROM field_rows r JOIN finding_rows f ON f.id = r.finding"
      "   WHERE r.stored AND r.run NOT IN going"
      " UNION SELECT digest FROM version_rows"
      " UNION SELECT digest FROM transition_rows WHERE digest IS NOT NULL"
      " UNION SELECT policy FROM transition_rows WHERE policy IS NOT NULL"
      " UNION SELECT evidence FROM transition_rows WHERE evidence IS NOT NULL");
  rows->bind(removed_before.ms);
  std::vector<Digest> digests;
  while (rows->step()) {
    if (const auto digest = read_digest(*rows, 0)) digests.push_back(*digest);
  }
  return digests;
}

std::vector<std::string> SqliteCatalog::owners(const Digest& digest) const {
  const auto rows = connection_.prepare(
      "SELECT 'run ' || run || ' artifact ' || name FROM artifact_rows WHERE digest = ?1"
      " UNION SELECT 'run ' || run || ' dataset ' || name FROM dataset_rows WHERE digest = ?1"
      " UNION SELECT 'run ' || r.run || ' ' || s.section || ' ' || s.name"
      "   FROM finding_rows f JOIN field_rows r ON r.finding = f.id AND r.stored"
      "   JOIN slot_rows s ON s.id = f.slot WHERE f.object = ?1"
      " UNION SELECT 'model ' || model || '/' || version FROM version_rows WHERE digest = ?1"
      " ORDER BY 1");
  rows->bind(blob_of(digest));
  std::vector<std::string> owners;
  while (rows->step()) owners.push_back(rows->text(0));
  return owners;
}

std::vector<std::string> SqliteCatalog::check() const { return check_catalog(connection_); }

}  // namespace track::storage
