#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "render/terminal.hpp"

namespace track::cli {

/// Makes text of a user safe to print: control characters, escape sequences,
/// characters that reorder or hide what follows, and broken UTF-8 come out as
/// visible escapes (`\n`, `\x1b`, `\u202e`, `\xff`). With `unicode` false every
/// character beyond ASCII does.
[[nodiscard]] std::string make_visible(std::string_view text, bool unicode);

/// make_visible() for what `terminal` can show.
[[nodiscard]] std::string make_visible(std::string_view text, const Terminal& terminal);

/// The same, but tabs and newlines stay: for text of several lines.
[[nodiscard]] std::string make_lines_visible(std::string_view text, const Terminal& terminal);

/// Columns that visible `text` fills: 2 for a wide character, 0 for a combining one.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` cut to at most `width` columns, its end marked if something was cut.
[[nodiscard]] std::string truncate_to(std::string_view text, std::size_t width, bool utf8);

/// `text` as far as its first `bytes` reach without splitting a character, and "…" for the rest.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t bytes);

}  // namespace track::cli
