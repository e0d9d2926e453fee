#include "catalog/sqlite/migrate.hpp"

#include <string>

#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/statement.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/migrations.hpp"

namespace track::storage {
namespace {

std::int64_t read_integer(sqlite3* db, std::string_view sql) {
  Statement statement(db, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t version_of(sqlite3* db) { return read_integer(db, "PRAGMA user_version"); }

std::int64_t latest_version() { return schemas::migrations().back().number; }

std::string file_of(sqlite3* db) {
  const char* file = sqlite3_db_filename(db, "main");
  return file != nullptr ? file : "";
}

void execute(sqlite3* db, const std::string& sql) {
  const int result = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw_sqlite(db, sqlite3_extended_errcode(db), "migrate catalog");
}

void apply(sqlite3* db, const schemas::Migration& migration) {
  execute(db, "BEGIN IMMEDIATE");
  try {
    if (version_of(db) < migration.number) {
      execute(db, std::string(migration.sql));
      execute(db, "PRAGMA application_id = " + std::to_string(k_application_id));
      execute(db, "PRAGMA user_version = " + std::to_string(migration.number));
    }
    execute(db, "COMMIT");
  } catch (...) {
    if (sqlite3_get_autocommit(db) == 0) sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

[[noreturn]] void throw_newer(sqlite3* db, std::int64_t version) {
  throw Error(ErrorCode::unsupported,
              "cannot use catalog '" + file_of(db) + "': its schema version " +
                  std::to_string(version) + " is newer than this program's " +
                  std::to_string(latest_version()),
              "use a newer version of track");
}

}  // namespace

bool is_new_database(sqlite3* db) {
  return version_of(db) == 0 && read_integer(db, "PRAGMA application_id") == 0 &&
         read_integer(db, "SELECT count(*) FROM sqlite_schema") == 0;
}

bool needs_migration(sqlite3* db) {
  const auto version = version_of(db);
  // Another process may be making it: what was read before it was seen not to be new may be stale.
  if (!is_new_database(db) && read_integer(db, "PRAGMA application_id") != k_application_id) {
    throw Error(ErrorCode::corrupt,
                "cannot use catalog '" + file_of(db) + "': it is a database of something else",
                k_repair_hint);
  }
  if (version > latest_version()) throw_newer(db, version);
  return version < latest_version();
}

void check_version(sqlite3* db) {
  const auto version = version_of(db);
  if (version > latest_version()) throw_newer(db, version);
}

void migrate(sqlite3* db) {
  execute(db, "PRAGMA journal_mode = WAL");
  for (const auto& migration : schemas::migrations()) apply(db, migration);
}

}  // namespace track::storage
