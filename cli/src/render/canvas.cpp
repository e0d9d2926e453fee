#include "render/canvas.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

#include "render/colour.hpp"

namespace track::cli {
namespace {

/// Bits of U+2800..U+28FF by row from the top, then column.
constexpr std::array<std::array<std::uint8_t, 2>, 4> k_braille_bits = {
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

std::string encode_braille(std::uint8_t dots) {
  // U+2800 + dots is always three bytes long.
  return {'\xe2', static_cast<char>(0xa0 | (dots >> 6U)), static_cast<char>(0x80 | (dots & 0x3fU))};
}

}  // namespace

char series_letter(std::size_t series) {
  constexpr std::string_view k_letters = "*o+x#@%&";
  return k_letters[series % k_letters.size()];
}

Canvas::Canvas(int columns, int rows, Ink ink)
    : columns_(columns),
      rows_(rows),
      dots_across_(ink == Ink::braille ? 2 : 1),
      dots_up_(ink == Ink::braille ? 4 : 1),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

void Canvas::draw_dot(int x, int y, std::size_t series) {
  if (x < 0 || y < 0 || x >= width() || y >= height()) return;
  const int from_top = height() - 1 - y;
  const auto index = static_cast<std::size_t>(from_top / dots_up_ * columns_ + x / dots_across_);
  CanvasCell& cell = cells_[index];
  cell.dots = static_cast<std::uint8_t>(
      cell.dots | k_braille_bits[static_cast<std::size_t>(from_top % dots_up_)]
                                [static_cast<std::size_t>(x % dots_across_)]);
  cell.series = series;
}

void Canvas::draw_line(int x0, int y0, int x1, int y1, std::size_t series) {
  const int run = std::abs(x1 - x0);
  const int rise = -std::abs(y1 - y0);
  const int step_x = x0 < x1 ? 1 : -1;
  const int step_y = y0 < y1 ? 1 : -1;
  int error = run + rise;
  while (true) {
    draw_dot(x0, y0, series);
    if (x0 == x1 && y0 == y1) return;
    const int doubled = 2 * error;
    if (doubled >= rise) {
      error += rise;
      x0 += step_x;
    }
    if (doubled <= run) {
      error += run;
      y0 += step_y;
    }
  }
}

std::string Canvas::format_cell(const CanvasCell& cell) const {
  if (cell.dots == 0) return " ";
  return dots_across_ == 2 ? encode_braille(cell.dots) : std::string(1, series_letter(cell.series));
}

std::string Canvas::format_row(int row, const Terminal& terminal) const {
  const auto first = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_);
  const auto end = first + static_cast<std::size_t>(columns_);
  std::string line;
  for (std::size_t i = first; i < end;) {
    const bool blank = cells_[i].dots == 0;
    const std::size_t series = cells_[i].series;
    std::string stretch;
    for (; i < end && (cells_[i].dots == 0) == blank && (blank || cells_[i].series == series);
         ++i) {
      stretch += format_cell(cells_[i]);
    }
    line += blank ? stretch : paint_series(stretch, series, terminal);
  }
  return line;
}

}  // namespace track::cli
