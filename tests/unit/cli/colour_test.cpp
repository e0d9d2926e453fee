#include "render/colour.hpp"

#include <catch2/catch.hpp>

using track::cli::paint;
using track::cli::paint_series;
using track::cli::Style;
using track::cli::Terminal;

TEST_CASE("paint wraps text in the colour and its end", "[cli]") {
  const Terminal terminal{.is_terminal = true, .colour = true};
  CHECK(paint("ok", Style::good, terminal) == "\x1b[32mok\x1b[0m");
  CHECK(paint("ok", Style::plain, terminal) == "ok");
  CHECK(paint("", Style::bad, terminal).empty());
}

TEST_CASE("paint leaves text alone where colour is off", "[cli]") {
  const Terminal terminal{.is_terminal = true, .colour = false};
  CHECK(paint("ok", Style::good, terminal) == "ok");
  CHECK(paint_series("x", 3, terminal) == "x");
}

TEST_CASE("neighbouring curves have different colours", "[cli]") {
  const Terminal terminal{.is_terminal = true, .colour = true};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(paint_series("x", i, terminal) != paint_series("x", i + 1, terminal));
  }
}
