#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The bytes of a segment, as docs/formats.md describes them.

namespace track::storage::journal {

static_assert(std::endian::native == std::endian::little,
              "segments are written as they lie in memory");

inline constexpr std::size_t k_header_size = 4096;
inline constexpr std::size_t k_record_size = 32;
inline constexpr std::uint16_t k_major = 1;
inline constexpr std::uint16_t k_minor = 0;
inline constexpr std::uint32_t k_endian = 0x01020304;
inline constexpr std::array<char, 8> k_magic = {'T', 'R', 'K', 'J', 'R', 'N', 'L', '\n'};

/// Series indices lie beside the kind byte.
inline constexpr std::uint32_t k_max_series = 1U << 24U;
/// The kind of a point; all others are framed.
inline constexpr std::uint8_t k_point_kind = 1;
/// What a frame may carry at most, so that a lying length is told from a true one.
inline constexpr std::uint64_t k_max_payload = 1ULL << 30U;

/// Where the words lie that change while the segment is written.
inline constexpr std::size_t k_committed_at = 256;  ///< alone on its cache line
inline constexpr std::size_t k_durable_at = 320;
inline constexpr std::size_t k_state_at = 328;
inline constexpr std::size_t k_dropped_at = 336;
inline constexpr std::size_t k_directory_at =
    344;  ///< offset of the last series or anchor record; 0: none

enum class SegmentState : std::uint64_t { open = 0, sealed = 1 };

/// How the segment reaches the disk.
enum class SegmentFlag : std::uint32_t { mapped = 0, drained = 1 };

/// The part of the header that never changes.
struct FixedHeader {
  std::array<char, 8> magic = k_magic;
  std::uint16_t major = k_major;
  std::uint16_t minor = k_minor;
  std::uint32_t endian = k_endian;
  std::uint32_t record_size = k_record_size;
  std::uint32_t header_size = k_header_size;
  std::uint64_t capacity = 0;  ///< bytes of the file, this header included
  std::array<std::uint8_t, 16> segment{};
  std::array<char, 16> run{};
  std::array<char, 64> host{};  ///< keyed hash, padded with zeros
  std::array<char, 40> boot{};  ///< boot id, padded with zeros
  std::int64_t pid = 0;
  std::uint64_t process_start = 0;
  std::int64_t thread = 0;
  std::int64_t rank = 0;
  std::int64_t attempt = 1;
  std::uint64_t sequence = 0;
  std::uint32_t salt = 0;
  SegmentFlag flags = SegmentFlag::mapped;
  std::int64_t anchor_monotonic = 0;  ///< CLOCK_MONOTONIC and CLOCK_REALTIME at one moment, ns
  std::int64_t anchor_real = 0;
  std::array<std::uint8_t, 12> reserved{};
  std::uint32_t crc = 0;  ///< crc32c of all before
};
static_assert(sizeof(FixedHeader) == k_committed_at && offsetof(FixedHeader, salt) == 216 &&
              offsetof(FixedHeader, crc) == 252);

/// A point, or the first slot of a framed record.
struct Slot {
  std::uint32_t head = 0;  ///< kind, then the series index of a point or the version of a frame
  std::uint32_t crc = 0;   ///< of the other 28 bytes, seeded with where the slot lies
  std::uint64_t a = 0;     ///< point: step; frame: payload length
  std::int64_t time = 0;   ///< CLOCK_MONOTONIC, ns
  std::uint64_t b = 0;  ///< point: value; frame: payload crc, then the link (in slots) to the last
                        ///< directory record
};
static_assert(sizeof(Slot) == k_record_size);

[[nodiscard]] constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) noexcept {
  return (value + unit - 1) / unit * unit;
}
/// Bytes that a framed record takes.
[[nodiscard]] constexpr std::uint64_t frame_size(std::uint64_t payload) noexcept {
  return k_record_size + round_up(payload, k_record_size);
}
[[nodiscard]] constexpr std::uint8_t kind_of(const Slot& slot) noexcept {
  return static_cast<std::uint8_t>(slot.head);
}
[[nodiscard]] constexpr std::uint32_t point_head(std::uint32_t series) noexcept {
  return k_point_kind | series << 8U;
}
/// A record moved to another place, or into another segment, must not pass.
[[nodiscard]] constexpr std::uint32_t crc_seed(std::uint32_t salt, std::uint64_t offset) noexcept {
  return salt ^ static_cast<std::uint32_t>(offset / k_record_size);
}

/// Copies `text` into a field padded with zeros; what is too long is cut.
template <std::size_t N>
void put_text(std::array<char, N>& field, std::string_view text) noexcept {
  field.fill('\0');
  text.copy(field.data(), N);
}
template <std::size_t N>
[[nodiscard]] std::string_view get_text(const std::array<char, N>& field) noexcept {
  const std::string_view all(field.data(), N);
  return all.substr(0, all.find('\0'));
}

[[nodiscard]] std::uint32_t header_crc(const FixedHeader& header) noexcept;

}  // namespace track::storage::journal
