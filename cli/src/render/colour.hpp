#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "render/terminal.hpp"

namespace track::cli {

/// What a piece of output means; its colour follows from that.
enum class Style : std::uint8_t { plain, heading, good, bad, warning, muted, added, removed };

/// `text` in the colour of `style`, or as it is where colour is off. `text` must
/// be safe to print already.
[[nodiscard]] std::string paint(std::string_view text, Style style, const Terminal& terminal);

/// `text` in the `index`-th of the colours that tell curves apart; they repeat.
[[nodiscard]] std::string paint_series(std::string_view text, std::size_t index,
                                       const Terminal& terminal);

}  // namespace track::cli
