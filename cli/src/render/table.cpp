#include "render/table.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <ostream>

#include "render/text.hpp"

namespace track::cli {
namespace {

constexpr std::size_t k_gap = 2;
constexpr std::size_t k_narrowest = 8;

using Row = std::vector<Cell>;

std::size_t line_width(const std::vector<std::size_t>& widths) {
  const std::size_t gaps = widths.empty() ? 0 : k_gap * (widths.size() - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

std::vector<std::size_t> natural_widths(const std::vector<Row>& rows, std::size_t columns) {
  std::vector<std::size_t> widths(columns, 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

/// Takes columns from the widest left-aligned one until the line fits.
void shrink_to(std::vector<std::size_t>& widths, const std::vector<Column>& columns,
               std::size_t available) {
  while (line_width(widths) > available) {
    std::size_t widest = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].align != Align::left || widths[i] <= k_narrowest) continue;
      if (widest == columns.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns.size()) return;
    --widths[widest];
  }
}

void print_line(std::ostream& out, const Row& row, const std::vector<Column>& columns,
                const std::vector<std::size_t>& widths, const Terminal& terminal) {
  std::size_t room =
      terminal.is_terminal ? static_cast<std::size_t>(terminal.width) : line_width(widths);
  std::string line;
  for (std::size_t i = 0; i < row.size() && room > 0; ++i) {
    const std::string text = truncate_to(row[i].text, std::min(widths[i], room), terminal.utf8);
    const std::size_t used = display_width(text);
    const std::size_t padding = std::min(widths[i], room) - used;
    if (columns[i].align == Align::right) line.append(padding, ' ');
    line += paint(text, row[i].style, terminal);
    room -= used + padding;
    if (i + 1 == row.size()) break;
    if (columns[i].align == Align::left) line.append(padding, ' ');
    line.append(std::min(k_gap, room), ' ');
    room -= std::min(k_gap, room);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add_row(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
  print_lines(out, terminal, true);
}

void Table::print_rows(std::ostream& out, const Terminal& terminal) const {
  print_lines(out, terminal, false);
}

void Table::print_lines(std::ostream& out, const Terminal& terminal, bool with_titles) const {
  std::vector<Row> rows;
  rows.reserve(rows_.size() + 1);
  Row titles;
  for (const Column& column : columns_) {
    titles.emplace_back(make_visible(column.title, terminal), Style::heading);
  }
  if (with_titles) rows.push_back(std::move(titles));
  for (const Row& row : rows_) {
    Row visible;
    for (const Cell& cell : row)
      visible.emplace_back(make_visible(cell.text, terminal), cell.style);
    rows.push_back(std::move(visible));
  }
  auto widths = natural_widths(rows, columns_.size());
  if (terminal.is_terminal) {
    shrink_to(widths, columns_, static_cast<std::size_t>(terminal.width));
  }
  for (const Row& row : rows) print_line(out, row, columns_, widths, terminal);
}

}  // namespace track::cli
