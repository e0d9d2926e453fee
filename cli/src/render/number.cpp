#include "render/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace track::cli {
namespace {

constexpr std::int64_t k_second = 1000;
constexpr std::int64_t k_minute = 60 * k_second;
constexpr std::int64_t k_hour = 60 * k_minute;
constexpr std::int64_t k_day = 24 * k_hour;

std::string name_non_finite(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

std::string format_local(std::int64_t milliseconds, const char* pattern) {
  std::int64_t seconds = milliseconds / k_second;
  if (milliseconds % k_second < 0) --seconds;
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (localtime_r(&time, &parts) == nullptr) return std::to_string(milliseconds) + " ms";
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), pattern, &parts)};
}

}  // namespace

std::string format_number(double value) {
  if (!std::isfinite(value)) return name_non_finite(value);
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}

std::string format_rounded(double value, int digits) {
  if (!std::isfinite(value)) return name_non_finite(value);
  return fmt::format("{:.{}g}", value, digits);
}

std::string format_mean_deviation(double mean, double deviation, const Terminal& terminal) {
  if (!std::isfinite(mean) || !std::isfinite(deviation)) return format_rounded(mean);
  const char* sign = terminal.utf8 ? "±" : "+-";
  if (deviation == 0) return fmt::format("{} {} 0", format_rounded(mean), sign);
  const int magnitude = static_cast<int>(std::floor(std::log10(deviation)));
  const int decimals = 1 - magnitude;
  if (decimals > 9 || decimals < -5) {
    return fmt::format("{} {} {:.1e}", format_rounded(mean), sign, deviation);
  }
  const int shown = std::max(decimals, 0);
  return fmt::format("{:.{}f} {} {:.{}f}", mean, shown, sign, deviation, shown);
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  static constexpr std::array<const char*, 6> k_units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would print as "1024.0", which is the next unit's 1.0.
  while (amount >= 1023.95 && unit + 1 < k_units.size()) {
    amount /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", amount, k_units[unit]);
}

std::string format_duration(std::int64_t milliseconds) {
  const char* sign = milliseconds < 0 ? "-" : "";
  const std::int64_t length = std::abs(milliseconds);
  if (length < k_second) return fmt::format("{}{} ms", sign, length);
  if (length < k_minute - 50) {
    return fmt::format("{}{:.1f} s", sign, static_cast<double>(length) / k_second);
  }
  const std::int64_t rounded = (length + k_second / 2) / k_second * k_second;
  if (rounded < k_hour) {
    return fmt::format("{}{}m {:02}s", sign, rounded / k_minute, rounded % k_minute / k_second);
  }
  if (rounded < k_day) {
    return fmt::format("{}{}h {:02}m", sign, rounded / k_hour, rounded % k_hour / k_minute);
  }
  return fmt::format("{}{}d {:02}h", sign, rounded / k_day, rounded % k_day / k_hour);
}

std::string format_relative(std::int64_t then, std::int64_t now) {
  const std::int64_t age = now - then;
  if (age < -k_second || age >= 30 * k_day) return format_local(then, "%Y-%m-%d");
  if (age < k_second) return "now";
  if (age < k_minute) return fmt::format("{}s ago", age / k_second);
  if (age < k_hour) return fmt::format("{}m ago", age / k_minute);
  if (age < k_day) return fmt::format("{}h ago", age / k_hour);
  return fmt::format("{}d ago", age / k_day);
}

std::string format_local_time(std::int64_t milliseconds) {
  return format_local(milliseconds, "%Y-%m-%d %H:%M:%S");
}

}  // namespace track::cli
