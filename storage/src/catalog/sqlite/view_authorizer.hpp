#pragma once

#include <string_view>

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// From now on statements of this connection may only read the public views and virtual tables.
/// `internal` outlives the connection.
void allow_views_only(sqlite3* db, InternalReads& internal);

/// Throws Error{usage} where a query names a table of ours. The authorizer alone cannot tell: a
/// common table expression that is called like a view looks to it as that view does.
void refuse_base_tables(std::string_view sql);

}  // namespace track::storage
