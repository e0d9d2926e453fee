#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "objects/chunker.hpp"
#include "objects/file_manifest.hpp"
#include "objects/index.hpp"
#include "track/schemas/query.hpp"
#include "track/storage/file.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// Where the stat cache keeps what is known of a file.
[[nodiscard]] StatKey key_of(const WalkEntry& entry) noexcept;

/// What reading a file through told of it.
struct SourceContent {
  Digest digest;
  std::string sha256;
  FileManifest manifest;
};

/// Where a file's chunks go, in order.
using ChunkSink = std::function<void(const Digest& id, std::span<const std::byte> plain)>;

/// Cuts bytes as a file that holds them would be cut.
[[nodiscard]] FileManifest cut_bytes(std::span<const std::byte> bytes, const ChunkSink& sink);

/// A regular file to be stored or hashed.
///
/// Thread safety: one thread at a time.
class SourceFile final {
 public:
  /// Throws Error{usage} where it is no regular file. `follow`: whether a link at the end is one.
  SourceFile(const std::filesystem::path& path, bool follow);

  [[nodiscard]] const StatKey& key() const noexcept { return key_; }
  /// Whether its times are old enough that a later change must change them.
  [[nodiscard]] bool settled() const noexcept;

  /// Reads it through, cutting it into chunks; a file that changes meanwhile is tried again,
  /// then Error{conflict}. `sink` may be unset; after a failed try it is handed all again.
  [[nodiscard]] SourceContent read(const ChunkSink& sink, bool sha256, const Progress& progress);

 private:
  [[nodiscard]] SourceContent read_once(const ChunkSink& sink, bool sha256,
                                        const Progress& progress);
  [[nodiscard]] SourceContent read_small(const ChunkSink& sink, bool sha256);
  [[nodiscard]] SourceContent read_blocks(const ChunkSink& sink, bool sha256,
                                          const Progress& progress);
  void stat_now();

  std::filesystem::path path_;
  Fd file_;
  StatKey key_;
};

/// Knows the store itself by device and inode, so that it is never captured.
class StoreIdentity final {
 public:
  StoreIdentity() = default;
  explicit StoreIdentity(const StoreLayout& layout);
  [[nodiscard]] bool is(std::uint64_t device, std::uint64_t inode) const noexcept {
    return known_ && device == device_ && inode == inode_;
  }
  /// Whether a path lies in it, links resolved.
  [[nodiscard]] bool holds(const std::filesystem::path& path) const;

 private:
  bool known_ = false;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace track::storage
