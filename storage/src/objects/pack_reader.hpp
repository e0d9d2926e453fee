#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/pack_format.hpp"
#include "track/storage/file.hpp"

namespace track::storage {

/// A record's bytes, checked against its header.
struct Record {
  RecordHeader header;
  std::vector<std::byte> plain;
};

/// Reads one pack. What it finds broken is Error{corrupt}, naming the pack.
///
/// Thread safety: one thread at a time.
class PackReader final {
 public:
  /// Nothing where the file does not exist.
  [[nodiscard]] static std::optional<PackReader> open(const std::filesystem::path& path);

  [[nodiscard]] const PackHeader& header() const noexcept { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// From the footer where it is whole; nothing where it is missing or broken.
  [[nodiscard]] std::optional<PackTrailer> trailer() const;
  [[nodiscard]] std::optional<std::vector<TableEntry>> table() const;
  /// Without the footer: every record whose header and payload are whole. What lies between
  /// is passed over, so that a torn or damaged pack gives all that is left of it.
  [[nodiscard]] std::vector<TableEntry> scan() const;
  /// BLAKE3 of everything before the last 32 bytes, whatever these are.
  [[nodiscard]] Digest compute_digest(const std::function<void(std::uint64_t)>& read_bytes) const;

  /// The record at `offset`, uncompressed, its id checked: a chunk's bytes, a file's manifest,
  /// or a tree's. Its bytes are put into `record`, whose memory is used again.
  void read(std::uint64_t offset, std::uint32_t length, Record& record) const;
  /// As it is stored, checked by its header alone; for copying into another pack.
  void read_stored(std::uint64_t offset, std::uint32_t length, Record& record) const;

 private:
  PackReader(std::filesystem::path path, Fd file, std::uint64_t bytes, const PackHeader& header);
  [[noreturn]] void corrupt(const std::string& problem) const;
  std::span<const std::byte> load(std::uint64_t offset, std::uint32_t length,
                                  RecordHeader& header) const;

  std::filesystem::path path_;
  Fd file_;
  std::uint64_t bytes_;
  PackHeader header_;
  mutable std::vector<std::byte> buffer_;
};

/// The digest that the bytes of a record of `kind` must have; nothing where the id of the kind
/// does not follow from its bytes alone.
[[nodiscard]] std::optional<Digest> expected_id(RecordKind kind, std::span<const std::byte> plain);

}  // namespace track::storage
