// The loadable extension: what this library registers on connections of its own, for the sqlite3
// shell and whoever else opens a store's catalog.db.
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/migrate.hpp"
#include "catalog/sqlite/points_table.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/state_functions.hpp"
#include "catalog/sqlite/where_functions.hpp"
#include "track/schemas/error.hpp"

extern "C" {
const sqlite3_api_routines* sqlite3_api = nullptr;
}

namespace track::storage {
namespace {

constexpr int k_oldest_sqlite = 3'038'000;

void give_version(sqlite3_context* call, int, sqlite3_value**) {
  sqlite3_result_text(call, TRACK_VERSION, -1, SQLITE_STATIC);
}

/// Registers track_version(), which owns for the connection what the others need.
InternalReads& register_version(sqlite3* db) {
  auto owned = std::make_unique<InternalReads>();
  auto& internal = *owned;
  const auto destroy = [](void* reads) { delete static_cast<InternalReads*>(reads); };
  const int result =
      sqlite3_create_function_v2(db, "track_version", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                 owned.release(), &give_version, nullptr, nullptr, destroy);
  if (result != SQLITE_OK) throw_sqlite(db, result, "extend catalog");
  return internal;
}

void extend(sqlite3* db) {
  const char* const file = sqlite3_db_filename(db, "main");
  if (file == nullptr || *file == '\0')
    throw Error(ErrorCode::usage,
                "cannot load track_sqlite: open a store's catalog.db first, then load it");
  if (needs_migration(db))
    throw Error(ErrorCode::unsupported,
                "cannot load track_sqlite: '" + std::string(file) +
                    "' is new or of an older schema; any track command brings it forward");
  auto& internal = register_version(db);
  const auto journals = std::filesystem::path(file).parent_path() / "journals";
  register_state_functions(db, journals, internal);
  register_where_functions(db);
  register_points_tables(db, journals, internal);
}

int load(sqlite3* db, char** message) noexcept {
  try {
    if (sqlite3_libversion_number() < k_oldest_sqlite)
      throw Error(ErrorCode::unsupported,
                  "cannot load track_sqlite: it needs SQLite 3.38 or newer");
    extend(db);
    // A connection that closes would unload it under another's feet.
    return SQLITE_OK_LOAD_PERMANENTLY;
  } catch (const std::exception& error) {
    if (message != nullptr) *message = sqlite3_mprintf("%s", error.what());
    return SQLITE_ERROR;
  }
}

}  // namespace
}  // namespace track::storage

/// What SQLite looks for in a file named track_sqlite.
extern "C" __attribute__((visibility("default"))) int sqlite3_tracksqlite_init(
    sqlite3* db, char** message, const sqlite3_api_routines* api) {
  sqlite3_api = api;
  return track::storage::load(db, message);
}
