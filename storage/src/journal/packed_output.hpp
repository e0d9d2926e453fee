#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "journal/fork_guard.hpp"
#include "journal/packed_directory.hpp"
#include "track/storage/file.hpp"

namespace track::storage::journal {

/// The file that takes a segment's place: without a name while it is written, so that a kill leaves
/// nothing behind. One thread at a time; in a forked child the destructor touches nothing.
class PackedOutput final {
 public:
  /// Beside `target`. Throws Error.
  PackedOutput(const std::filesystem::path& target, mode_t mode);
  PackedOutput(const PackedOutput&) = delete;
  PackedOutput& operator=(const PackedOutput&) = delete;
  ~PackedOutput();

  [[nodiscard]] std::uint64_t size() const noexcept { return written_ + buffer_.size(); }
  /// Throws Error{io, no_space}.
  Blob put(std::span<const std::byte> bytes);
  void put_header(const PackedHeader& header);
  /// Makes it durable, apart from its name.
  void sync();
  /// Takes the place of what has the target's name. Durable once the directory is synced.
  void replace_target();

 private:
  void flush();

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty while there is no such name
  std::uint64_t generation_;
  Fd fd_;
  ForkClosed fork_closed_;
  std::vector<std::byte> buffer_;
  std::uint64_t written_ = 0;
};

}  // namespace track::storage::journal
