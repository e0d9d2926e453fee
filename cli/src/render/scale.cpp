#include "render/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace track::cli {
namespace {

constexpr double k_largest = std::numeric_limits<double>::max();

/// The smallest of 1, 2, 5 × 10^k that is not below `step`.
double round_up_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

double count_ticks(double low, double high, double step) {
  return std::floor(high / step + 1e-9) - std::ceil(low / step - 1e-9) + 1;
}

std::string label_tick(double value, double step) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 1e7 || step < 1e-5) {
    const double digits = std::ceil(std::log10(size / step)) + 1;
    return fmt::format("{:.{}g}", value, std::clamp(static_cast<int>(digits), 1, 17));
  }
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

Scale::Scale(double low, double high, bool logarithmic)
    : low_(low), high_(high), logarithmic_(logarithmic) {
  if (low_ < high_) return;
  if (logarithmic_) {
    low_ = std::max(low / 2, std::numeric_limits<double>::denorm_min());
    high_ = std::min(high, k_largest / 2) * 2;
    return;
  }
  const double margin = low == 0 ? 1 : std::abs(low) / 10;
  low_ = std::max(low - margin, -k_largest);
  high_ = std::min(high + margin, k_largest);
  // A subnormal has no tenth.
  if (!(low_ < high_)) high_ = std::nextafter(low_, k_largest);
}

double Scale::place(double value) const {
  if (logarithmic_) {
    return (std::log10(value) - std::log10(low_)) / (std::log10(high_) - std::log10(low_));
  }
  // Halves, because the range of two doubles need not be one.
  return (value / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
}

std::vector<Tick> Scale::ticks(int most) const {
  auto found = logarithmic_ ? logarithmic_ticks(most) : linear_ticks(most);
  if (found.empty()) found = {{low_, fmt::format("{:.6g}", low_)}};
  return found;
}

std::vector<Tick> Scale::linear_ticks(int most) const {
  const double range = high_ - low_;
  if (!std::isfinite(range)) return {};
  double step = round_up_step(range / (most + 1));
  while (std::isfinite(step) && count_ticks(low_, high_, step) > most) {
    step = round_up_step(step * 1.5);
  }
  // Below the spacing of the doubles there, ticks would fall together.
  if (!std::isfinite(step) || low_ + step <= low_ || high_ - step >= high_) return {};
  std::vector<Tick> ticks;
  const double slack = step * 1e-9;
  for (double i = std::ceil((low_ - slack) / step); i * step <= high_ + slack; ++i) {
    if (static_cast<int>(ticks.size()) == most) break;
    const double value = i * step;
    ticks.push_back({value, label_tick(value, step)});
  }
  return ticks;
}

std::vector<Tick> Scale::logarithmic_ticks(int most) const {
  // Exponents of doubles: small whole numbers.
  const int first = static_cast<int>(std::floor(std::log10(low_)));
  const int last = static_cast<int>(std::floor(std::log10(high_)));
  const int fits = std::max(most, 1);
  const int every = (last - first + fits) / fits;
  const bool crowded = (last - first + 1) * 3 > most;
  std::vector<Tick> ticks;
  for (int power = first; power <= last; power += every) {
    static constexpr std::array<double, 3> k_factors = {1, 2, 5};
    for (const double factor : k_factors) {
      const double value = factor * std::pow(10.0, power);
      if (value < low_ * (1 - 1e-9) || value > high_ * (1 + 1e-9)) continue;
      ticks.push_back({value, fmt::format("{:g}", value)});
      if (crowded) break;
    }
  }
  return ticks;
}

}  // namespace track::cli
