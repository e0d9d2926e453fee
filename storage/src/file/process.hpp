#pragma once

namespace track::storage {

/// Whether this process was forked and did not call exec since: memory then holds what its
/// parent's threads and SQLite were in the middle of.
[[nodiscard]] bool is_forked_without_exec() noexcept;

}  // namespace track::storage
