#pragma once

#include <filesystem>
#include <vector>

#include "catalog/run_state.hpp"
#include "catalog/sqlite/statement.hpp"
#include "track/schemas/records.hpp"

namespace track::storage {

/// The columns that read_state_facts() reads, by run id.
inline constexpr const char* k_select_state_facts =
    "SELECT end_state, end_reason, end_attempt, attempt, last_seen,"
    "       coalesce((SELECT clear FROM name_rows WHERE hash = host_hash), host_hash)"
    "  FROM run_rows WHERE id = ?";

/// Reads six columns from `column` on.
[[nodiscard]] StateFacts read_state_facts(const Statement& row, int column);

inline constexpr const char* k_select_members =
    "SELECT run, member, role, rank, attempt, pid, process_start, boot_id, host_hash, live_file,"
    "       device, inode, is_local, start_time, end_time"
    "  FROM member_rows WHERE run = ? AND start_time IS NOT NULL ORDER BY attempt, rank, "
    "start_time, member";

/// Steps to the end.
[[nodiscard]] std::vector<MemberRecord> read_members(Statement& rows);

}  // namespace track::storage
