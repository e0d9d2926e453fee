#pragma once

#include "track/schemas/error.hpp"

namespace track::cli {

// What the program's exit codes mean. docs/cli.md promises them; they are never
// renumbered. `track run` has its own, below.
inline constexpr int k_exit_ok = 0;
inline constexpr int k_exit_different = 1;
inline constexpr int k_exit_trouble = 2;
inline constexpr int k_exit_inconclusive = 3;
inline constexpr int k_exit_refused = 4;
inline constexpr int k_exit_conflict = 5;

/// `track run` failed itself, usage included: every other code is its child's.
inline constexpr int k_exit_run_failed = 125;

[[nodiscard]] int exit_code_of(ErrorCode code) noexcept;

}  // namespace track::cli
