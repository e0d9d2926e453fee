#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "track/storage/hash.hpp"

namespace track::storage {

/// Appends blocks to a file and hashes them; long files on a thread of its own, so that cutting
/// and writing go on at once, short ones where they are.
///
/// Thread safety: one thread at a time.
class WriteBehind final {
 public:
  /// `fd` stays the caller's and must outlive it.
  WriteBehind(int fd, std::filesystem::path path);
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;
  ~WriteBehind();

  /// Takes the bytes of `block` and leaves it empty. Throws what an earlier block met, too.
  void append(std::vector<std::byte>& block);
  /// Waits until all of it is written.
  void drain();
  /// Of all that was appended; after drain() only.
  [[nodiscard]] Digest digest() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
