#include "render/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <ostream>

#include "render/canvas.hpp"
#include "render/colour.hpp"
#include "render/scale.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] bool empty() const { return low > high; }
};

/// What falls on one column of dots.
struct Bucket {
  Range values;
  bool interrupted = false;
};

/// How much was left out of the drawing, over all curves.
struct Omitted {
  std::uint64_t non_finite = 0;
  std::uint64_t not_positive = 0;
};

/// The range of `point` that the scale can show.
std::optional<Range> visible_range(const PlotPoint& point, bool logarithmic, Omitted& omitted) {
  if (!std::isfinite(point.low) || !std::isfinite(point.high)) return std::nullopt;
  if (logarithmic && point.low <= 0) {
    ++omitted.not_positive;
    if (point.high <= 0) return std::nullopt;
    return Range{point.high, point.high};
  }
  return Range{point.low, point.high};
}

class Plot {
 public:
  Plot(const std::vector<PlotSeries>& series, const PlotOptions& options, const Terminal& terminal)
      : series_(series), options_(options), terminal_(terminal) {}

  void print(std::ostream& out);

 private:
  void measure();
  void draw(Canvas& canvas, const Scale& across, const Scale& up);
  void draw_series(Canvas& canvas, const std::vector<Bucket>& buckets, const Scale& up,
                   std::size_t index) const;
  void print_rows(std::ostream& out, const Canvas& canvas, const Scale& up) const;
  void print_axis(std::ostream& out, const Scale& across) const;
  void print_legend(std::ostream& out) const;

  [[nodiscard]] bool braille() const {
    return terminal_.utf8 && (terminal_.colour || series_.size() < 2);
  }

  const std::vector<PlotSeries>& series_;
  const PlotOptions& options_;
  const Terminal& terminal_;
  Range x_;
  Range y_;
  Omitted omitted_;
  int columns_ = 0;
  std::size_t label_width_ = 0;
  std::vector<bool> marked_;  // cells of the axis above which a curve is interrupted
};

void Plot::measure() {
  for (const PlotSeries& series : series_) {
    for (const PlotPoint& point : series.points) {
      omitted_.non_finite += point.non_finite;
      if (!std::isfinite(point.x)) continue;
      x_.include(point.x);
      const auto range = visible_range(point, options_.logarithmic, omitted_);
      if (!range) continue;
      y_.include(range->low);
      y_.include(range->high);
    }
  }
}

int place_on(const Scale& scale, double value, int dots) {
  return static_cast<int>(std::lround(scale.place(value) * (dots - 1)));
}

void Plot::draw(Canvas& canvas, const Scale& across, const Scale& up) {
  marked_.assign(static_cast<std::size_t>(columns_), false);
  const int dots_a_cell = canvas.width() / columns_;
  Omitted counted;  // measure() has counted already
  for (std::size_t i = 0; i < series_.size(); ++i) {
    std::vector<Bucket> buckets(static_cast<std::size_t>(canvas.width()));
    for (const PlotPoint& point : series_[i].points) {
      if (!std::isfinite(point.x)) continue;
      const int column = place_on(across, point.x, canvas.width());
      Bucket& bucket = buckets[static_cast<std::size_t>(column)];
      const auto range = visible_range(point, options_.logarithmic, counted);
      if (range) {
        bucket.values.include(range->low);
        bucket.values.include(range->high);
      }
      if (!range || point.non_finite > 0) bucket.interrupted = true;
      if (point.non_finite > 0) marked_[static_cast<std::size_t>(column / dots_a_cell)] = true;
    }
    draw_series(canvas, buckets, up, i);
  }
}

/// Draws each column's range, joined to the one before by their nearest ends.
void Plot::draw_series(Canvas& canvas, const std::vector<Bucket>& buckets, const Scale& up,
                       std::size_t index) const {
  struct Span {
    int x, low, high;
  };
  std::optional<Span> previous;
  for (std::size_t column = 0; column < buckets.size(); ++column) {
    const Bucket& bucket = buckets[column];
    if (bucket.interrupted) previous.reset();
    if (bucket.values.empty()) continue;
    const Span span{static_cast<int>(column), place_on(up, bucket.values.low, canvas.height()),
                    place_on(up, bucket.values.high, canvas.height())};
    canvas.draw_line(span.x, span.low, span.x, span.high, index);
    if (previous) {
      const bool above = span.low > previous->high;
      const bool below = span.high < previous->low;
      const int from = above ? previous->high : below ? previous->low : span.low;
      const int to = above ? span.low : below ? span.high : span.low;
      canvas.draw_line(previous->x, from, span.x, to, index);
    }
    if (bucket.interrupted) {
      previous.reset();
    } else {
      previous = span;
    }
  }
}

void Plot::print_rows(std::ostream& out, const Canvas& canvas, const Scale& up) const {
  std::vector<std::string> labels(static_cast<std::size_t>(options_.rows));
  for (const Tick& tick : up.ticks(std::max(2, options_.rows / 3))) {
    const int row = options_.rows - 1 - place_on(up, tick.value, options_.rows);
    labels[static_cast<std::size_t>(row)] = tick.label;
  }
  for (int row = 0; row < options_.rows; ++row) {
    const std::string& label = labels[static_cast<std::size_t>(row)];
    const char* edge = label.empty() ? (terminal_.utf8 ? "│" : "|") : (terminal_.utf8 ? "┤" : "+");
    std::string line =
        fmt::format("{:>{}} {}{}", label, label_width_, edge, canvas.format_row(row, terminal_));
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

void Plot::print_axis(std::ostream& out, const Scale& across) const {
  std::vector<std::string> axis(static_cast<std::size_t>(columns_), terminal_.utf8 ? "─" : "-");
  std::string labels(static_cast<std::size_t>(columns_) + label_width_ + 2, ' ');
  std::size_t free_from = 0;
  for (const Tick& tick : across.ticks(std::max(2, columns_ / 12))) {
    const auto cell = static_cast<std::size_t>(place_on(across, tick.value, columns_));
    axis[cell] = terminal_.utf8 ? "┬" : "+";
    const std::size_t middle = cell + label_width_ + 2;
    std::size_t start = middle - std::min(middle, tick.label.size() / 2);
    start = std::min(start, labels.size() - std::min(labels.size(), tick.label.size()));
    if (start < free_from || start + tick.label.size() > labels.size()) continue;
    labels.replace(start, tick.label.size(), tick.label);
    free_from = start + tick.label.size() + 2;
  }
  out << std::string(label_width_ + 1, ' ') << (terminal_.utf8 ? "└" : "+");
  for (std::size_t i = 0; i < axis.size(); ++i) {
    out << (marked_[i] ? paint(terminal_.utf8 ? "×" : "!", Style::bad, terminal_) : axis[i]);
  }
  labels.erase(labels.find_last_not_of(' ') + 1);
  out << '\n' << labels << '\n';
  if (!options_.x_label.empty()) {
    const std::string label = make_visible(options_.x_label, terminal_);
    const auto room = static_cast<std::size_t>(columns_);
    const std::size_t width = std::min(display_width(label), room);
    out << std::string(label_width_ + 2 + room - width, ' ')
        << truncate_to(label, room, terminal_.utf8) << '\n';
  }
}

void Plot::print_legend(std::ostream& out) const {
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const std::string mark = braille() ? "──" : std::string(1, series_letter(i));
    out << "  " << paint_series(mark, i, terminal_) << ' '
        << make_visible(series_[i].name, terminal_) << '\n';
  }
  if (omitted_.non_finite > 0) {
    out << "  " << paint(terminal_.utf8 ? "×" : "!", Style::bad, terminal_)
        << fmt::format(" NaN or infinite: {} {}\n", omitted_.non_finite,
                       omitted_.non_finite == 1 ? "point" : "points");
  }
  if (omitted_.not_positive > 0) {
    out << "  not positive, so not on a logarithmic scale: " << omitted_.not_positive << '\n';
  }
}

void Plot::print(std::ostream& out) {
  measure();
  if (!options_.title.empty()) {
    out << paint(make_visible(options_.title, terminal_), Style::heading, terminal_) << '\n';
  }
  if (y_.empty()) {
    out << "nothing to draw: no finite points\n";
    print_legend(out);
    return;
  }
  const Scale across(x_.low, x_.high, false);
  const Scale up(y_.low, y_.high, options_.logarithmic);
  for (const Tick& tick : up.ticks(std::max(2, options_.rows / 3))) {
    label_width_ = std::max(label_width_, tick.label.size());
  }
  columns_ = std::max(10, terminal_.width - static_cast<int>(label_width_) - 3);
  Canvas canvas(columns_, options_.rows, braille() ? Ink::braille : Ink::letters);
  draw(canvas, across, up);
  print_rows(out, canvas, up);
  print_axis(out, across);
  print_legend(out);
}

}  // namespace

PlotPoint make_plot_point(double x, double value) {
  if (std::isfinite(value)) return {x, value, value, 0};
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {x, none, none, 1};
}

void print_plot(std::ostream& out, const std::vector<PlotSeries>& series,
                const PlotOptions& options, const Terminal& terminal) {
  Plot(series, options, terminal).print(out);
}

}  // namespace track::cli
