#pragma once

#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// The result code by which an ambiguous metric name is told from other failures.
inline constexpr int k_ambiguous = SQLITE_MISMATCH;

/// Registers what metric_sql() calls.
void register_where_functions(sqlite3* db);

}  // namespace track::storage
