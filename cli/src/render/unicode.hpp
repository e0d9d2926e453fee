#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace track::cli {

/// One character read from UTF-8, and the bytes it took.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;
};

/// The character at the start of `text`, which must not be empty; nothing if the
/// bytes are not UTF-8 (overlong forms and surrogates are not).
[[nodiscard]] std::optional<CodePoint> read_code_point(std::string_view text);

/// Columns that a terminal gives the character: 0, 1 or 2.
[[nodiscard]] int column_width(std::uint32_t code_point);

/// Characters that print nothing themselves but move, hide or reorder others.
[[nodiscard]] bool is_invisible_control(std::uint32_t code_point);

}  // namespace track::cli
