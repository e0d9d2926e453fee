#pragma once

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// From now on statements of this connection may only read the public views and virtual tables.
/// `internal` outlives the connection.
void allow_views_only(sqlite3* db, InternalReads& internal);

}  // namespace track::storage
