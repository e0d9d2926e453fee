#include "render/plot.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <sstream>

using namespace track::cli;

namespace {

std::string plot(const std::vector<PlotSeries>& series, const PlotOptions& options,
                 const Terminal& terminal) {
  std::ostringstream out;
  print_plot(out, series, options, terminal);
  return out.str();
}

constexpr Terminal k_ascii{.is_terminal = false, .width = 24, .colour = false, .utf8 = false};
constexpr Terminal k_unicode{.is_terminal = true, .width = 24, .colour = false, .utf8 = true};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a plot has axes, ticks and a legend", "[cli]") {
  PlotSeries series{"loss", {}};
  for (int i = 0; i <= 20; ++i) series.points.push_back(make_plot_point(i, i));
  CHECK(plot({series}, {.title = "loss", .x_label = "step", .rows = 4}, k_ascii) ==
        "loss\n"
        "20 +               ****\n"
        "   |         ******\n"
        "   |    *****\n"
        " 0 +****\n"
        "   ++-----------------+\n"
        "    0                20\n"
        "                   step\n"
        "  * loss\n");
}

TEST_CASE("a plot without colour tells several curves apart by letters", "[cli]") {
  const std::vector<PlotSeries> series = {{"a", {make_plot_point(0, 0), make_plot_point(1, 0)}},
                                          {"b", {make_plot_point(0, 1), make_plot_point(1, 1)}}};
  const auto letters = plot(series, {.rows = 2}, k_unicode);
  CHECK(letters.find("oooo") != std::string::npos);
  CHECK(letters.find("****") != std::string::npos);
  Terminal colour = k_unicode;
  colour.colour = true;
  const auto braille = plot(series, {.rows = 2}, colour);
  CHECK(braille.find("\x1b[36m⣀⣀") != std::string::npos);
  CHECK(braille.find("\x1b[33m⠉⠉") != std::string::npos);
}

TEST_CASE("a single spike among many points is drawn", "[cli]") {
  PlotSeries series{"loss", {}};
  for (int i = 0; i < 100000; ++i)
    series.points.push_back(make_plot_point(i, i == 51234 ? 100 : 0));
  const auto text = plot({series}, {.rows = 5}, k_ascii);
  CHECK(text.substr(0, text.find('\n')).find('*') != std::string::npos);
}

TEST_CASE("NaN and infinities interrupt the curve and are marked", "[cli]") {
  PlotSeries series{"loss", {}};
  for (int i = 0; i < 10; ++i) series.points.push_back(make_plot_point(i, 1));
  series.points[4] = make_plot_point(4, std::nan(""));
  series.points[5] = make_plot_point(5, std::numeric_limits<double>::infinity());
  const auto text = plot({series}, {.rows = 1}, k_ascii);
  CHECK(text.find("*******   ") != std::string::npos);
  CHECK(count(text.substr(0, text.find("! NaN")), "!") == 2);
  CHECK(text.find("! NaN or infinite: 2 points\n") != std::string::npos);
}

TEST_CASE("a curve without finite points says so", "[cli]") {
  const PlotSeries series{"loss", {make_plot_point(0, std::nan(""))}};
  CHECK(plot({series}, {}, k_ascii) ==
        "nothing to draw: no finite points\n  * loss\n  ! NaN or infinite: 1 point\n");
}

TEST_CASE("a logarithmic plot counts what it cannot show", "[cli]") {
  const PlotSeries series{"loss",
                          {make_plot_point(0, 0), make_plot_point(1, 1), make_plot_point(2, 100)}};
  const auto text = plot({series}, {.rows = 3, .logarithmic = true}, k_ascii);
  CHECK(text.find("not positive, so not on a logarithmic scale: 1\n") != std::string::npos);
}

TEST_CASE("an escape in the name of a series stays text", "[cli]") {
  const PlotSeries series{"a\x1b[2J", {make_plot_point(0, 1)}};
  CHECK(plot({series}, {}, k_unicode).find('\x1b') == std::string::npos);
}

TEST_CASE("no line of a plot is wider than the terminal", "[cli]") {
  PlotSeries series{"l", {}};
  for (int i = 0; i < 50; ++i) series.points.push_back(make_plot_point(i * 1e6, std::sin(i) * 1e9));
  std::istringstream lines(plot({series}, {.x_label = "step"}, k_ascii));
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 24);
}
