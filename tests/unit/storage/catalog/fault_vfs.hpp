#pragma once

#include <cstdint>

namespace track_test {

/// Takes the place of SQLite's default file system while it lives, and fails the n-th operation
/// that changes a disk: write, sync, truncate, or the growth of shared memory. From then on every
/// one fails, as on a disk that is full or gone.
class FaultVfs {
 public:
  FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;
  ~FaultVfs();

  /// Lets `n` operations through from now on; < 0: all.
  void fail_after(std::int64_t n) noexcept;
  /// Whether an operation was failed since.
  [[nodiscard]] bool has_failed() const noexcept;
};

}  // namespace track_test
