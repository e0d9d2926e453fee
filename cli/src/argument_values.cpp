#include "argument_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "track/schemas/error.hpp"

namespace track::cli {
namespace {

std::optional<std::int64_t> milliseconds_of(char unit) {
  constexpr std::int64_t k_second = 1000;
  switch (unit) {
    case 's':
      return k_second;
    case 'm':
      return 60 * k_second;
    case 'h':
      return 3600 * k_second;
    case 'd':
      return 24 * 3600 * k_second;
    case 'w':
      return 7 * 24 * 3600 * k_second;
    default:
      return std::nullopt;
  }
}

std::optional<Timestamp> parse_age(const std::string& text, Timestamp now) {
  const auto unit = text.empty() ? std::nullopt : milliseconds_of(text.back());
  std::int64_t amount = 0;
  const char* last = text.data() + text.size() - (text.empty() ? 0 : 1);
  const auto [end, error] = std::from_chars(text.data(), last, amount);
  // A hundred years: far enough, and no product overflows.
  if (!unit || error != std::errc{} || end != last || amount < 0) return std::nullopt;
  if (amount > 100LL * 366 * 24 * 3600 * 1000 / *unit) return std::nullopt;
  return Timestamp{now.ms - amount * *unit};
}

std::optional<Timestamp> parse_local_date(const std::string& text) {
  std::tm parts{};
  int length = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &length) != 3 ||
      static_cast<std::size_t>(length) != text.size()) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  parts.tm_isdst = -1;
  const std::tm given = parts;
  const std::time_t time = std::mktime(&parts);
  // mktime() turns a 30th of February into March.
  if (time == -1 || parts.tm_mon != given.tm_mon || parts.tm_mday != given.tm_mday) {
    return std::nullopt;
  }
  return Timestamp{static_cast<std::int64_t>(time) * 1000};
}

}  // namespace

std::pair<std::string, std::string> split_assignment(const std::string& text,
                                                     const std::string& what) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read {} '{}': it is not of the form name=value", what, text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::pair<std::string, double> parse_point(const std::string& text) {
  const auto equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot log '{}': it is not of the form name=value", text));
  }
  const std::string number = text.substr(equals + 1);
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  if (*end != '\0' || std::isspace(static_cast<unsigned char>(number.front())) != 0) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot log '{}': '{}' is not a number", text, number));
  }
  return {text.substr(0, equals), value};
}

std::pair<std::string, std::optional<std::string>> parse_tag_filter(const std::string& text) {
  if (text.find('=') == std::string::npos) return {text, std::nullopt};
  auto [name, value] = split_assignment(text, "tag");
  return {std::move(name), std::move(value)};
}

Timestamp parse_since(const std::string& text, Timestamp now) {
  if (const auto age = parse_age(text, now)) return *age;
  if (const auto date = parse_local_date(text)) return *date;
  if (const auto time = Timestamp::parse(text)) return *time;
  throw Error(ErrorCode::usage,
              fmt::format("cannot read time '{}': it is neither an age nor a date", text),
              "such as 12h, 7d, 2026-01-31 or 2026-01-31T08:15:00Z");
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::size_t comma = 0;
    for (int depth = 0; comma < text.size() && (depth > 0 || text[comma] != ','); ++comma) {
      depth += text[comma] == '{' ? 1 : text[comma] == '}' ? -1 : 0;
    }
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::vector<std::string> parse_list(std::string_view option, std::string_view text) {
  auto parts = split_list(text);
  if (parts.empty() && !text.empty()) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read {} '{}': it names nothing", option, text),
                "write names with commas between");
  }
  return parts;
}

}  // namespace track::cli
