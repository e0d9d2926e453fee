#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/api.hpp"

namespace track {

/// Names one run: 16 characters of lower-case Crockford base32, 80 bits.
struct TRACK_API RunId {
  std::string value;

  /// A new id from the operating system's random source.
  [[nodiscard]] static RunId random();
  /// Encodes 80 bits.
  [[nodiscard]] static RunId from_bytes(const std::array<std::uint8_t, 10>& bytes);
  /// Accepts exactly 16 characters of the alphabet, upper case folded.
  [[nodiscard]] static std::optional<RunId> parse(std::string_view text);

  friend bool operator==(const RunId& a, const RunId& b) noexcept { return a.value == b.value; }
  friend bool operator!=(const RunId& a, const RunId& b) noexcept { return a.value != b.value; }
  friend bool operator<(const RunId& a, const RunId& b) noexcept { return a.value < b.value; }
};

/// 128 random bits that name a store or a journal segment (RFC 9562, version 4).
struct TRACK_API Uuid {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static Uuid random();
  /// The 8-4-4-4-12 form.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;

  friend bool operator==(const Uuid& a, const Uuid& b) noexcept { return a.bytes == b.bytes; }
  friend bool operator!=(const Uuid& a, const Uuid& b) noexcept { return a.bytes != b.bytes; }
  friend bool operator<(const Uuid& a, const Uuid& b) noexcept { return a.bytes < b.bytes; }
};

}  // namespace track

template <>
struct std::hash<track::RunId> {
  std::size_t operator()(const track::RunId& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
