#pragma once

#include <string_view>

#include "catalog/sqlite/sqlite_api.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {

/// What can be done about a catalog that SQLite cannot read.
inline constexpr const char* k_repair_hint =
    "journals and objects are untouched: put back a copy of it, or rebuild it by sqlite3's "
    ".recover";

/// What a result code means to a caller; `os_error` is errno of the failed call, or 0.
[[nodiscard]] ErrorCode error_code(int result, int os_error) noexcept;

/// Throws Error "cannot <action> '<file>': <SQLite's words>" of the connection's last failure.
/// Damage comes with k_repair_hint.
[[noreturn]] void throw_sqlite(sqlite3* db, int result, std::string_view action);

}  // namespace track::storage
