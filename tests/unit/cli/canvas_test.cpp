#include "render/canvas.hpp"

#include <catch2/catch.hpp>

using track::cli::Canvas;
using track::cli::Ink;
using track::cli::Terminal;

TEST_CASE("braille dots stand where they were drawn", "[cli]") {
  Canvas canvas(2, 1, Ink::braille);
  CHECK(canvas.width() == 4);
  CHECK(canvas.height() == 4);
  canvas.draw_dot(0, 0, 0);
  canvas.draw_dot(3, 3, 0);
  CHECK(canvas.format_row(0, Terminal{}) == "⡀⠈");
}

TEST_CASE("a line covers every column between its ends", "[cli]") {
  Canvas canvas(4, 4, Ink::letters);
  canvas.draw_line(0, 0, 3, 3, 0);
  CHECK(canvas.format_row(0, Terminal{}) == "   *");
  CHECK(canvas.format_row(3, Terminal{}) == "*   ");
}

TEST_CASE("dots outside the canvas are ignored", "[cli]") {
  Canvas canvas(1, 1, Ink::braille);
  canvas.draw_dot(-1, 0, 0);
  canvas.draw_dot(0, 4, 0);
  canvas.draw_dot(2, 0, 0);
  CHECK(canvas.format_row(0, Terminal{}) == " ");
}

TEST_CASE("each curve has its letter and its colour", "[cli]") {
  Canvas canvas(3, 1, Ink::letters);
  canvas.draw_dot(0, 0, 0);
  canvas.draw_dot(1, 0, 1);
  CHECK(canvas.format_row(0, Terminal{}) == "*o ");
  CHECK(canvas.format_row(0, Terminal{.colour = true}) == "\x1b[36m*\x1b[0m\x1b[33mo\x1b[0m ");
}
