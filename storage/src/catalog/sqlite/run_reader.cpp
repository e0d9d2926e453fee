#include "catalog/sqlite/run_reader.hpp"

#include <algorithm>

namespace track::storage {

StateFacts read_state_facts(const Statement& row, int column) {
  StateFacts facts;
  if (!row.is_null(column)) facts.recorded = parse_run_state(row.view(column));
  facts.reason = row.text(column + 1);
  facts.recorded_attempt = row.integer(column + 2);
  facts.attempt = row.integer(column + 3);
  facts.last_seen = {row.integer(column + 4)};
  facts.host = row.text(column + 5);
  return facts;
}

std::vector<MemberRecord> read_members(Statement& rows) {
  std::vector<MemberRecord> members;
  while (rows.step()) {
    MemberRecord member;
    member.run.value = rows.text(0);
    const auto bytes = rows.blob(1);
    std::transform(
        bytes.begin(),
        bytes.begin() +
            static_cast<std::ptrdiff_t>(std::min(bytes.size(), member.member.bytes.size())),
        member.member.bytes.begin(), [](std::byte b) { return static_cast<std::uint8_t>(b); });
    member.role = parse_member_role(rows.view(2)).value_or(MemberRole::owner);
    member.rank = rows.integer(3);
    member.attempt = rows.integer(4);
    member.pid = rows.integer(5);
    member.process_start = static_cast<std::uint64_t>(rows.integer(6));
    member.boot_id = rows.text(7);
    member.host = rows.text(8);
    member.live_file = rows.text(9);
    member.device = static_cast<std::uint64_t>(rows.integer(10));
    member.inode = static_cast<std::uint64_t>(rows.integer(11));
    member.local = rows.boolean(12);
    member.start = {rows.integer(13)};
    if (const auto end = rows.find_integer(14)) member.end = Timestamp{*end};
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace track::storage
