#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "track/schemas/records.hpp"
#include "track/schemas/time.hpp"

namespace track::storage {

/// What a catalog knows of how a run goes, its members' locks apart.
struct StateFacts {
  std::optional<RunState> recorded;  ///< finished or failed, by the owner
  std::string reason;                ///< of the recorded end
  std::int64_t recorded_attempt = 0;
  std::int64_t attempt = 1;  ///< the latest
  Timestamp last_seen;
  std::string host;  ///< for people

  /// Whether the recorded end is one of the latest attempt.
  [[nodiscard]] bool ended() const noexcept { return recorded && recorded_attempt >= attempt; }
};

struct DerivedState {
  RunState state = RunState::unknown;
  std::string reason;
};

/// Derives the state as design §4 has it, asking the kernel for the lock of every member that has
/// not ended. The recorded end counts only while nobody's lock is held. Forked children guard
/// their segments alone and have no say. With no `journals` nothing can be judged.
[[nodiscard]] DerivedState derive_state(const StateFacts& facts,
                                        std::span<const MemberRecord> members,
                                        const std::filesystem::path& journals);
/// Of a run of which nothing better can be said.
[[nodiscard]] DerivedState unknown_state(const StateFacts& facts);

}  // namespace track::storage
