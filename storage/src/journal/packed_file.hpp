#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "catalog/points/chunk_codec.hpp"
#include "journal/packed_directory.hpp"
#include "journal/packed_format.hpp"
#include "journal/segment_file.hpp"
#include "track/schemas/journal_batch.hpp"

namespace track::storage::journal {

/// A packed segment open for reading: says the same as the raw one that it took the place of, by
/// the same offsets.
///
/// All that it holds is untrusted.
class PackedFile final {
 public:
  [[nodiscard]] static bool is_packed(const SegmentStart& start) noexcept;
  /// Nothing where its header is damaged. Throws Error{unsupported}.
  [[nodiscard]] static std::optional<PackedFile> open(SegmentStart start);

  [[nodiscard]] const FixedHeader& header() const noexcept { return header_.raw; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t committed() const noexcept { return header_.committed; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return header_.dropped; }

  /// Adds to `batch` what lies from `from` to `end`, at most `limit` points, and answers where it
  /// stopped. What is damaged counts as invalid records. Throws Error{io, corrupt}.
  std::uint64_t read(std::uint64_t from, std::uint64_t end, std::uint64_t limit,
                     schemas::JournalBatch& batch);

 private:
  struct Selection;
  struct Stretch;

  PackedFile() = default;
  [[noreturn]] void throw_corrupt(const char* what) const;
  /// Valid until the next call; nothing where it fails its crc.
  std::optional<std::span<const std::byte>> bytes_of(const Blob& blob);
  [[nodiscard]] PackedDirectory read_directory();
  [[nodiscard]] std::vector<Stretch> stretches(const PackedDirectory& directory,
                                               const Selection& selection);
  void add_entry(const PackedBreak& found, schemas::JournalBatch& batch);
  void add_points(const PackedDirectory& directory, const Stretch& stretch,
                  schemas::JournalBatch& batch);
  /// False where the chunk is damaged.
  bool add_chunk(const Blob& blob, std::uint64_t count, std::uint64_t from, std::uint64_t to,
                 schemas::PointColumns& columns);

  Fd fd_;
  std::filesystem::path path_;
  PackedHeader header_;
  std::vector<std::byte> buffer_;
  ChunkDecoder decoder_;
};

}  // namespace track::storage::journal
