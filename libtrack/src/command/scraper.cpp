#include "command/scraper.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "run/name_rules.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

constexpr std::string_view k_step = "step";
constexpr std::size_t k_max_line = 64UL << 10U;  // what follows on a line is not looked at

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Scraper::Scraper(const std::vector<std::string>& patterns, Sink sink) : sink_(std::move(sink)) {
  for (const auto& pattern : patterns) {
    const auto& names = patterns_.emplace_back(pattern).group_names();
    if (std::all_of(names.begin(), names.end(), [](const auto& name) { return name == k_step; })) {
      throw Error(ErrorCode::usage,
                  fmt::format("cannot use pattern '{}': it names no metric", printable(pattern)),
                  "name one with a group, as in 'loss (?P<loss>[-0-9.e]+)'");
    }
  }
}

void Scraper::feed(std::string_view output) {
  if (patterns_.empty()) return;
  while (!output.empty()) {
    const auto end = output.find_first_of("\r\n");  // progress bars overwrite their line
    const auto part = output.substr(0, end);
    line_.append(part.substr(0, k_max_line - std::min(line_.size(), k_max_line)));
    if (end == std::string_view::npos) return;
    match_line();
    output.remove_prefix(end + 1);
  }
}

void Scraper::finish() { match_line(); }

void Scraper::match_line() {
  if (line_.empty()) return;
  for (const auto& pattern : patterns_) {
    const auto groups = pattern.find(line_);
    std::optional<std::int64_t> step;
    for (const auto& [name, text] : groups) {
      if (name == k_step) step = parse<std::int64_t>(text);
    }
    for (const auto& [name, text] : groups) {
      const auto value = name == k_step ? std::nullopt : parse<double>(text);
      if (!value) continue;
      auto& next = next_steps_.try_emplace(std::string(name), 0).first->second;
      const auto at = step.value_or(next);
      next = at + 1;
      sink_(name, at, *value);
    }
  }
  line_.clear();
}

}  // namespace track::detail
