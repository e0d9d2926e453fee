#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "catalog/points/chunk_codec.hpp"
#include "journal/format.hpp"

// The bytes of a packed segment, as docs/formats.md describes them.

namespace track::storage::journal {

inline constexpr std::array<char, 8> k_packed_magic = {'T', 'R', 'K', 'J', 'P', 'C', 'K', '\n'};
inline constexpr std::uint16_t k_packed_major = 1;
inline constexpr std::uint16_t k_packed_minor = 0;
/// What a packed segment is called for a moment, before it takes the raw one's name, and longer
/// where the file system has no nameless files.
inline constexpr const char* k_packing_extension = ".packing";
/// Raw segments beyond this many bytes stay as they are: so a reader knows what memory a packed one
/// takes at most.
inline constexpr std::uint64_t k_most_packed = 64UL << 20U;
/// Points whose columns one block of the interleave tells.
inline constexpr std::size_t k_interleave_points = 1UL << 16U;

struct PackedHeader {
  std::array<char, 8> magic = k_packed_magic;
  std::uint16_t major = k_packed_major;
  std::uint16_t minor = k_packed_minor;
  std::uint32_t header_size = 0;
  std::uint64_t committed = 0;  ///< of the raw segment, whose offsets go on to hold
  std::uint64_t dropped = 0;
  std::uint64_t directory_at = 0;
  std::uint64_t directory_size = 0;
  std::uint32_t directory_crc = 0;
  std::array<std::uint8_t, 8> reserved{};
  std::uint32_t crc = 0;  ///< crc32c of all before
  FixedHeader raw;        ///< of the raw segment; it has a crc of its own
};
inline constexpr std::size_t k_packed_header_size = sizeof(PackedHeader);
static_assert(k_packed_header_size == 320 && offsetof(PackedHeader, crc) == 60 &&
              offsetof(PackedHeader, raw) == 64);

[[nodiscard]] std::uint32_t packed_header_crc(const PackedHeader& header) noexcept;

[[nodiscard]] constexpr std::uint64_t blocks_of(std::uint64_t points, std::uint64_t unit) noexcept {
  return (points + unit - 1) / unit;
}

}  // namespace track::storage::journal
