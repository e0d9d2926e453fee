#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace track::schemas {

/// The names of an enum's values, in their order.
template <std::size_t N>
using Names = std::array<std::string_view, N>;

/// A value that came from a cast and is none of the enum's reads "invalid".
template <std::size_t N, typename Enum>
std::string_view name_of(const Names<N>& names, Enum value, Enum first = Enum{}) noexcept {
  const auto index = static_cast<std::size_t>(value) - static_cast<std::size_t>(first);
  return index < N ? names[index] : std::string_view("invalid");
}

template <typename Enum, std::size_t N>
std::optional<Enum> parse_name(const Names<N>& names, std::string_view text) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace track::schemas
