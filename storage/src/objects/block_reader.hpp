#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "track/schemas/digest.hpp"

namespace track::storage {

/// Reads a file on a thread of its own, a bounded number of blocks ahead, and hashes it there;
/// SHA-256 takes longer and has another thread.
///
/// Thread safety: one thread at a time.
class BlockReader final {
 public:
  /// Reads the first `size` bytes of `fd`, fewer if it ends before.
  ///
  /// `headroom` bytes before every block belong to the caller, who can put there what is left
  /// of the block before, so that chunks across a border lie in one piece.
  BlockReader(int fd, std::filesystem::path path, std::uint64_t size, bool sha256,
              std::size_t headroom);
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;
  ~BlockReader();

  /// The next block, valid until the call after the next; empty at the end.
  [[nodiscard]] std::span<std::byte> next();

  /// After the end only.
  [[nodiscard]] Digest digest() const;
  [[nodiscard]] std::string sha256() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
