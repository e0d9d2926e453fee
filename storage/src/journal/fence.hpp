#pragma once

namespace track::storage::journal {

/// Readies heavy_fence() for this process; again in a forked child.
void register_fence() noexcept;
/// Whether heavy_fence() works here. Where it does not, writers take a lock for each record.
[[nodiscard]] bool has_heavy_fence() noexcept;
/// A full memory barrier on every thread of this process, so that those need none themselves.
void heavy_fence() noexcept;

}  // namespace track::storage::journal
