#pragma once

#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// Marks the file as a catalog of this program, in SQLite's header ("trck").
inline constexpr int k_application_id = 0x7472636B;

/// Whether nothing was ever written to it.
[[nodiscard]] bool is_new_database(sqlite3* db);
/// Whether the schema is older than this library's. Throws Error{unsupported} on a newer one and
/// Error{corrupt} on a database that is no catalog.
[[nodiscard]] bool needs_migration(sqlite3* db);

/// Error{unsupported} unless the schema is this library's.
void check_version(sqlite3* db);

/// Turns the file to WAL and brings the schema forward, a transaction a step. Whoever else
/// migrates meanwhile is waited for.
void migrate(sqlite3* db);

}  // namespace track::storage
