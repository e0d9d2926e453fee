#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "render/terminal.hpp"

namespace track::cli {

/// What a cell of a canvas is made of: 2 × 4 braille dots, or one letter that
/// says which curve it belongs to.
enum class Ink : std::uint8_t { braille, letters };

/// The letter of the `series`-th curve; they repeat.
[[nodiscard]] char series_letter(std::size_t series);

/// A grid of dots to draw curves on; (0, 0) is the lower left dot. Where curves
/// cross, the cell takes the colour of the later one. Dots outside are ignored.
class Canvas {
 public:
  Canvas(int columns, int rows, Ink ink);

  [[nodiscard]] int width() const noexcept { return columns_ * dots_across_; }
  [[nodiscard]] int height() const noexcept { return rows_ * dots_up_; }

  void draw_dot(int x, int y, std::size_t series);
  void draw_line(int x0, int y0, int x1, int y1, std::size_t series);

  /// The cells of one row, the topmost being 0, ready to print.
  [[nodiscard]] std::string format_row(int row, const Terminal& terminal) const;

 private:
  struct CanvasCell {
    std::uint8_t dots = 0;
    std::size_t series = 0;
  };

  [[nodiscard]] std::string format_cell(const CanvasCell& cell) const;

  int columns_;
  int rows_;
  int dots_across_;
  int dots_up_;
  std::vector<CanvasCell> cells_;
};

}  // namespace track::cli
