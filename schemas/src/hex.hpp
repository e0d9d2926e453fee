#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace track::schemas {

/// Appends two lower-case digits a byte.
void append_hex(std::string& out, std::span<const std::uint8_t> bytes);

/// Fills `bytes` from exactly two digits of either case each; false on anything else.
[[nodiscard]] bool parse_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept;

}  // namespace track::schemas
