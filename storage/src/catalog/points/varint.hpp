#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace track::storage {

/// Bytes of the longest LEB128 number of 64 bits.
inline constexpr std::size_t k_longest_varint = 10;

/// LEB128: seven bits a byte, the lowest first.
inline void append_varint(std::vector<std::byte>& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out.push_back(static_cast<std::byte>((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<std::byte>(value));
}

/// Takes a number off the front; nothing where it is cut short or beyond 64 bits.
[[nodiscard]] inline std::optional<std::uint64_t> take_varint(
    std::span<const std::byte>& bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < k_longest_varint && i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint64_t>(bytes[i]);
    value |= (byte & 0x7FU) << (7 * i);
    if ((byte & 0x80U) == 0) {
      if (i + 1 == k_longest_varint && byte > 1) return std::nullopt;
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace track::storage
