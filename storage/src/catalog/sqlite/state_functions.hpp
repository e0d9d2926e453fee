#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "catalog/run_state.hpp"
#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// The state as derive_state() has it; but dead by its locks is unknown rather than killed while
/// how it ended may lie unread in a journal.
[[nodiscard]] DerivedState derive_state(sqlite3* db, const RunId& run, const StateFacts& facts,
                                        std::span<const MemberRecord> members,
                                        const std::filesystem::path& journals);

/// Registers track_state(id) and track_end_reason(id): NULL for an unknown run. They ask for the
/// members' locks under `journals`. `internal` outlives the connection.
void register_state_functions(sqlite3* db, const std::filesystem::path& journals,
                              InternalReads& internal);

}  // namespace track::storage
