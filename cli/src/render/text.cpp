#include "render/text.hpp"

#include <fmt/format.h>

#include "render/unicode.hpp"

namespace track::cli {
namespace {

std::string escape_ascii(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

std::string escape_code_point(std::uint32_t value) {
  return value > 0xffff ? fmt::format("\\U{:08x}", value) : fmt::format("\\u{:04x}", value);
}

bool must_escape(std::uint32_t value, bool unicode) {
  if (value < 0x80) return false;
  return !unicode || value < 0xa0 || is_invisible_control(value);
}

std::string escape(std::string_view text, bool unicode, bool keep_lines) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto point = read_code_point(text);
    const std::size_t size = point ? point->size : 1;
    const char first = text.front();
    if (!point) {
      result += escape_ascii(first);
    } else if (point->value < 0x20 || point->value == 0x7f) {
      const bool kept = keep_lines && (first == '\n' || first == '\t');
      result += kept ? std::string(1, first) : escape_ascii(first);
    } else if (must_escape(point->value, unicode)) {
      result += escape_code_point(point->value);
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return result;
}

}  // namespace

std::string make_visible(std::string_view text, bool unicode) {
  return escape(text, unicode, false);
}

std::string make_visible(std::string_view text, const Terminal& terminal) {
  return escape(text, terminal.shows_unicode_text(), false);
}

std::string make_lines_visible(std::string_view text, const Terminal& terminal) {
  return escape(text, terminal.shows_unicode_text(), true);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto point = read_code_point(text);
    width += point ? static_cast<std::size_t>(column_width(point->value)) : 1;
    text.remove_prefix(point ? point->size : 1);
  }
  return width;
}

std::string truncate_to(std::string_view text, std::size_t width, bool utf8) {
  if (display_width(text) <= width) return std::string{text};
  const std::string_view mark = utf8 ? "…" : "~";
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t kept = 0;
  while (kept < text.size()) {
    const auto point = read_code_point(text.substr(kept));
    const std::size_t columns = point ? static_cast<std::size_t>(column_width(point->value)) : 1;
    if (used + columns > width - 1) break;
    used += columns;
    kept += point ? point->size : 1;
  }
  std::string result{text.substr(0, kept)};
  result += mark;
  return result;
}

std::string shorten(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string{text};
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80U) --bytes;
  return std::string{text.substr(0, bytes)} + "…";
}

}  // namespace track::cli
