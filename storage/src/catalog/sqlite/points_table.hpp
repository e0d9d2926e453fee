#pragma once

#include <filesystem>

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// Registers the table-valued `metric_points`, the default view, and `metric_points_all`, every
/// point: over chunks and over what journals under `journals` hold beyond the cursors. They need no
/// CREATE. `internal` outlives the connection.
void register_points_tables(sqlite3* db, const std::filesystem::path& journals,
                            InternalReads& internal);

}  // namespace track::storage
