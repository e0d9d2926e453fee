#include "render/table.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using track::cli::Align;
using track::cli::Style;
using track::cli::Table;
using track::cli::Terminal;

namespace {

std::string print(const Table& table, const Terminal& terminal) {
  std::ostringstream out;
  table.print(out, terminal);
  return out.str();
}

constexpr Terminal k_pipe{.is_terminal = false, .width = 80, .colour = false, .utf8 = true};

}  // namespace

TEST_CASE("numbers are right-aligned and columns as wide as their widest cell", "[cli]") {
  Table table({{"name"}, {"acc", Align::right}, {"note"}});
  table.add_row({"a", "0.5", "x"});
  table.add_row({"longer", "12.25", ""});
  CHECK(print(table, k_pipe) ==
        "name      acc  note\n"
        "a         0.5  x\n"
        "longer  12.25\n");
}

TEST_CASE("widths are display columns", "[cli]") {
  Table table({{"名前"}, {"v", Align::right}});
  table.add_row({"日本語", "1"});
  table.add_row({"é", "2"});
  CHECK(print(table, k_pipe) ==
        "名前    v\n"
        "日本語  1\n"
        "é       2\n");
}

TEST_CASE("a newline or an escape in a cell cannot break the table", "[cli]") {
  Table table({{"name"}, {"v"}});
  table.add_row({"a\nb\x1b[2J", "1"});
  CHECK(print(table, k_pipe) ==
        "name         v\n"
        "a\\nb\\x1b[2J  1\n");
}

TEST_CASE("a narrow terminal cuts the widest text, a pipe cuts nothing", "[cli]") {
  Table table({{"id"}, {"name"}, {"acc", Align::right}});
  table.add_row({"a1b2", "a rather long name of a run", "0.25"});
  const Terminal narrow{.is_terminal = true, .width = 30, .colour = false, .utf8 = true};
  CHECK(print(table, narrow) ==
        "id    name                 acc\n"
        "a1b2  a rather long nam…  0.25\n");
  Terminal pipe = narrow;
  pipe.is_terminal = false;
  CHECK(print(table, pipe) ==
        "id    name                          acc\n"
        "a1b2  a rather long name of a run  0.25\n");
}

TEST_CASE("no line is wider than the terminal, however many columns", "[cli]") {
  Table table({{"a", Align::right}, {"b", Align::right}, {"c", Align::right}});
  table.add_row({"1234567890", "1234567890", "1234567890"});
  const Terminal narrow{.is_terminal = true, .width = 20, .colour = false, .utf8 = false};
  CHECK(print(table, narrow) ==
        "         a         b\n"
        "1234567890  1234567~\n");
}

TEST_CASE("styles colour the text and not the padding", "[cli]") {
  Table table({{"state"}, {"v"}});
  table.add_row({{"ok", Style::good}, "1"});
  const Terminal colour{.is_terminal = true, .width = 80, .colour = true, .utf8 = true};
  CHECK(print(table, colour) ==
        "\x1b[1mstate\x1b[0m  \x1b[1mv\x1b[0m\n"
        "\x1b[32mok\x1b[0m     1\n");
}
