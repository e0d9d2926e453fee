#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "render/terminal.hpp"

namespace track::cli {

/// One point of a curve, or a bucket of many: the range of its finite values,
/// NaN if it has none, and how many were NaN or infinite.
struct PlotPoint {
  double x = 0;
  double low = 0;
  double high = 0;
  std::uint64_t non_finite = 0;
};

/// A bucket of the one value.
[[nodiscard]] PlotPoint make_plot_point(double x, double value);

struct PlotSeries {
  std::string name;
  std::vector<PlotPoint> points;
};

struct PlotOptions {
  std::string title;
  std::string x_label;
  int rows = 15;
  bool logarithmic = false;
};

/// Draws the curves with axes and a legend, as wide as the terminal. Points that
/// share a column are drawn as the range they span: no extreme is lost. NaN and
/// infinities interrupt a curve and are marked on the axis.
///
/// Curves are of braille dots, or of letters where there is no UTF-8, or no
/// colour to tell several apart.
void print_plot(std::ostream& out, const std::vector<PlotSeries>& series,
                const PlotOptions& options, const Terminal& terminal);

}  // namespace track::cli
