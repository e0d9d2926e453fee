#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "render/colour.hpp"
#include "render/terminal.hpp"

namespace track::cli {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

/// One cell. Its text may be anything a user wrote: the table makes it safe.
struct Cell {
  std::string text;
  Style style = Style::plain;

  Cell(std::string value, Style cell_style = Style::plain)  // NOLINT(google-explicit-constructor)
      : text(std::move(value)), style(cell_style) {}
  Cell(const char* value) : text(value) {}  // NOLINT(google-explicit-constructor)
};

/// Rows under titles, no borders, two spaces between columns. On a terminal
/// that is too narrow the widest left-aligned columns give way; into a pipe
/// nothing is ever cut.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  /// `cells` must be as many as the columns.
  void add_row(std::vector<Cell> cells);

  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  /// Prints the titles and all rows.
  void print(std::ostream& out, const Terminal& terminal) const;

  /// Prints the rows alone.
  void print_rows(std::ostream& out, const Terminal& terminal) const;

 private:
  void print_lines(std::ostream& out, const Terminal& terminal, bool with_titles) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace track::cli
