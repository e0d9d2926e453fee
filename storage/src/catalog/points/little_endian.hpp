#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace track::storage {

template <typename T>
void append_little_endian(std::vector<std::byte>& out, T value) {
  for (unsigned shift = 0; shift < 8 * sizeof(T); shift += 8) {
    out.push_back(static_cast<std::byte>((value >> shift) & 0xFFU));
  }
}

/// `bytes` holds at least sizeof(T).
template <typename T>
[[nodiscard]] T little_endian(std::span<const std::byte> bytes) noexcept {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= static_cast<T>(static_cast<T>(bytes[i]) << (8 * i));
  }
  return value;
}

}  // namespace track::storage
