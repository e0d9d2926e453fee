#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "objects/pack_format.hpp"
#include "objects/write_behind.hpp"
#include "track/storage/file.hpp"

namespace track::storage {

/// Appends records to a private pack under a temporary path.
///
/// Destroyed before it was moved to its place, the pack is removed. After anything threw it
/// must not be used again: a failed write or sync may have lost pages, and is never repeated.
///
/// Thread safety: one thread at a time.
class PackWriter final {
 public:
  /// Makes `<directory>/<prefix><pack name>`.
  PackWriter(const std::filesystem::path& directory, std::string_view prefix, bool self_contained);
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;
  ~PackWriter();

  /// Returns where it will be.
  TableEntry append(RecordKind kind, const Digest& id, const Compressed& stored,
                    std::size_t raw_length);

  /// Writes the footer. No append() after it.
  void seal();
  /// Waits until the sealed pack is on the disk, with its final mode, and closes it.
  void sync(mode_t mode);
  /// Renames the synced pack into `directory`, which the caller syncs.
  void move_to(const std::filesystem::path& directory);

  [[nodiscard]] const Uuid& id() const noexcept { return header_.id; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return written_ + buffer_.size(); }
  [[nodiscard]] const std::vector<TableEntry>& table() const noexcept { return table_; }
  /// Of the sealed pack: BLAKE3 of everything before the digest itself.
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }

 private:
  void put(std::span<const std::byte> bytes);
  void zeros(std::size_t count);
  void flush();

  PackHeader header_;
  std::filesystem::path path_;
  pid_t owner_;
  Fd file_;
  std::vector<std::byte> buffer_;
  std::uint64_t written_ = 0;
  std::vector<TableEntry> table_;
  Digest digest_;
  std::unique_ptr<WriteBehind> output_;  // until it is sealed; goes before the file does
};

}  // namespace track::storage
