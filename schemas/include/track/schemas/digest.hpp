#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/api.hpp"

namespace track {

/// A BLAKE3-256 digest. Printed as "b3:" and 64 lower-case hex digits.
struct TRACK_API Digest {
  std::array<std::uint8_t, 32> bytes{};

  /// The 64 hex digits, as `b3sum` prints them.
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] std::string to_string() const;
  /// Reads "b3:<hex>" or the bare 64 digits; nothing on any other text.
  [[nodiscard]] static std::optional<Digest> parse(std::string_view text) noexcept;

  friend bool operator==(const Digest& a, const Digest& b) noexcept { return a.bytes == b.bytes; }
  friend bool operator!=(const Digest& a, const Digest& b) noexcept { return a.bytes != b.bytes; }
  friend bool operator<(const Digest& a, const Digest& b) noexcept { return a.bytes < b.bytes; }
};

}  // namespace track

template <>
struct std::hash<track::Digest> {
  std::size_t operator()(const track::Digest& digest) const noexcept {
    std::size_t value = 0;  // the bytes are uniform already
    for (unsigned i = 0; i < sizeof value; ++i) value = (value << 8U) | digest.bytes[i];
    return value;
  }
};
