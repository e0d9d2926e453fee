#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/compression.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"

// The bytes of a pack, as docs/formats.md has them. Parsers take untrusted bytes and answer
// nothing where they do not parse.

namespace track::storage {

/// What a record is.
enum class RecordKind : std::uint8_t { chunk = 1, file = 2, tree = 3 };

inline constexpr std::size_t k_pack_header_bytes = 64;
inline constexpr std::size_t k_record_header_bytes = 64;
inline constexpr std::size_t k_table_entry_bytes = 56;
inline constexpr std::size_t k_pack_trailer_bytes = 64;
inline constexpr std::size_t k_record_alignment = 8;
inline constexpr std::size_t k_payload_alignment = 4096;
/// Raw payloads from this length on are aligned, so that they can be cloned or read directly.
inline constexpr std::size_t k_aligned_from = 64UL << 10;
/// No payload is longer as it is stored.
inline constexpr std::uint32_t k_longest_payload = 256U << 20;
/// Nothing longer than this, when plain, is stored compressed.
inline constexpr std::uint32_t k_longest_compressed = 16U << 20;

struct PackHeader {
  Uuid id;
  std::uint64_t created_ms = 0;
  bool self_contained = false;  ///< every chunk that its manifests name is in it
};

struct RecordHeader {
  RecordKind kind = RecordKind::chunk;
  Codec codec = Codec::raw;
  std::uint32_t raw_length = 0;
  std::uint32_t stored_length = 0;
  std::uint32_t gap = 0;  ///< zeros between the header and the payload
  std::uint32_t payload_crc = 0;
  Digest id;

  /// From the header to the end of the payload.
  [[nodiscard]] std::uint64_t length() const noexcept {
    return k_record_header_bytes + std::uint64_t{gap} + stored_length;
  }
};

/// A record as the table at a pack's end lists it.
struct TableEntry {
  Digest id;
  std::uint64_t offset = 0;  ///< of the record's header
  std::uint32_t length = 0;  ///< header, gap and payload
  std::uint32_t raw_length = 0;
  RecordKind kind = RecordKind::chunk;
  Codec codec = Codec::raw;
};

struct PackTrailer {
  std::uint64_t table_offset = 0;
  std::uint32_t count = 0;
  std::uint32_t table_crc = 0;
  Digest digest;  ///< BLAKE3 of all bytes before it
};

[[nodiscard]] std::vector<std::byte> encode(const PackHeader& header);
[[nodiscard]] std::vector<std::byte> encode(const RecordHeader& header);
void append_entry(std::vector<std::byte>& bytes, const TableEntry& entry);
/// Without the digest, which covers these bytes too.
[[nodiscard]] std::vector<std::byte> encode_trailer(const PackTrailer& trailer);

/// Throws Error{unsupported} where it is one of a newer version.
[[nodiscard]] std::optional<PackHeader> decode_pack_header(std::span<const std::byte> bytes);
[[nodiscard]] std::optional<RecordHeader> decode_record_header(std::span<const std::byte> bytes);
[[nodiscard]] std::optional<std::vector<TableEntry>> decode_table(std::span<const std::byte> bytes,
                                                                  std::uint64_t pack_bytes);
[[nodiscard]] std::optional<PackTrailer> decode_trailer(std::span<const std::byte> bytes);

/// The least multiple of `alignment` that is not below `offset`.
[[nodiscard]] constexpr std::uint64_t align_up(std::uint64_t offset,
                                               std::uint64_t alignment) noexcept {
  return (offset + alignment - 1) / alignment * alignment;
}

/// "<32 hex digits>.pack".
[[nodiscard]] std::string pack_file_name(const Uuid& id);
/// The reverse; nothing on any other name.
[[nodiscard]] std::optional<Uuid> parse_pack_file_name(std::string_view name) noexcept;

}  // namespace track::storage
