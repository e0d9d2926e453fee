#include "render/colour.hpp"

#include <array>

namespace track::cli {
namespace {

constexpr std::string_view k_reset = "\x1b[0m";

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::heading:
      return "\x1b[1m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::warning:
      return "\x1b[33m";
    case Style::muted:
      return "\x1b[2m";
    case Style::added:
      return "\x1b[32m";
    case Style::removed:
      return "\x1b[31m";
  }
  return "";
}

std::string wrap(std::string_view text, std::string_view code) {
  std::string painted{code};
  painted += text;
  painted += k_reset;
  return painted;
}

}  // namespace

std::string paint(std::string_view text, Style style, const Terminal& terminal) {
  const std::string_view code = code_of(style);
  if (!terminal.colour || code.empty() || text.empty()) return std::string{text};
  return wrap(text, code);
}

std::string paint_series(std::string_view text, std::size_t index, const Terminal& terminal) {
  static constexpr std::array<std::string_view, 6> k_codes = {"\x1b[36m", "\x1b[33m", "\x1b[35m",
                                                              "\x1b[32m", "\x1b[34m", "\x1b[31m"};
  if (!terminal.colour || text.empty()) return std::string{text};
  return wrap(text, k_codes[index % k_codes.size()]);
}

}  // namespace track::cli
