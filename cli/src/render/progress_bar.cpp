#include "render/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "render/number.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_delay{1000};
constexpr milliseconds k_interval{100};
constexpr std::size_t k_bar_width = 24;

std::string format_amount(std::uint64_t amount, ProgressUnit unit) {
  return unit == ProgressUnit::bytes ? format_bytes(amount) : std::to_string(amount);
}

std::string format_bar(double part, bool utf8) {
  const auto filled = static_cast<std::size_t>(std::floor(part * static_cast<double>(k_bar_width)));
  std::string bar;
  for (std::size_t i = 0; i < k_bar_width; ++i) {
    bar += i < filled ? (utf8 ? "█" : "#") : (utf8 ? "░" : ".");
  }
  return bar;
}

}  // namespace

milliseconds read_steady_clock() {
  return std::chrono::duration_cast<milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

std::string format_progress(std::string_view what, ProgressUnit unit, milliseconds elapsed,
                            std::uint64_t done, std::uint64_t total, const Terminal& terminal) {
  std::string line = make_visible(what, terminal);
  if (total > 0) {
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    line += fmt::format(" {} {:3.0f}%", format_bar(part, terminal.utf8), std::floor(part * 100));
    line += fmt::format("  {} of {}", format_amount(done, unit), format_amount(total, unit));
  } else {
    line += "  " + format_amount(done, unit);
  }
  const double seconds = static_cast<double>(elapsed.count()) / 1000;
  if (seconds <= 0 || done == 0) return line;
  const double rate = static_cast<double>(done) / seconds;
  line += unit == ProgressUnit::bytes
              ? fmt::format("  {}/s", format_bytes(static_cast<std::uint64_t>(rate)))
              : fmt::format("  {:.4g}/s", rate);
  if (total > done) {
    const double left = static_cast<double>(total - done) / rate * 1000;
    // Beyond a year the estimate says nothing, and would not fit the integer.
    if (left < 3.2e10) {
      line += fmt::format("  {} left", format_duration(static_cast<std::int64_t>(left)));
    }
  }
  return line;
}

ProgressBar::ProgressBar(std::ostream& out, const Terminal& terminal, ProgressUnit unit,
                         Clock clock)
    : out_(out), terminal_(terminal), unit_(unit), clock_(std::move(clock)), started_(clock_()) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(std::string_view what, std::uint64_t done, std::uint64_t total) {
  if (!terminal_.moves_cursor) return;
  const milliseconds now = clock_();
  if (now - started_ <= k_delay) return;
  if (visible_ && now - drawn_at_ < k_interval) return;
  drawn_at_ = now;
  draw(what, now - started_, done, total);
}

void ProgressBar::finish() {
  if (!visible_) return;
  out_ << "\r\x1b[K" << std::flush;
  visible_ = false;
}

void ProgressBar::draw(std::string_view what, milliseconds elapsed, std::uint64_t done,
                       std::uint64_t total) {
  const std::string line = format_progress(what, unit_, elapsed, done, total, terminal_);
  // One column is left free: a full line makes some terminals wrap.
  const auto room = static_cast<std::size_t>(terminal_.width - 1);
  out_ << '\r' << truncate_to(line, room, terminal_.utf8) << "\x1b[K" << std::flush;
  visible_ = true;
}

}  // namespace track::cli
