#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "track/schemas/time.hpp"

namespace track::cli {

/// "name=value" cut at its first `=`. `what` names the argument in the error.
[[nodiscard]] std::pair<std::string, std::string> split_assignment(const std::string& text,
                                                                   const std::string& what);

/// "series=value" cut at its last `=`: labels hold that sign too.
[[nodiscard]] std::pair<std::string, double> parse_point(const std::string& text);

/// "name" or "name=value", as filters take them.
[[nodiscard]] std::pair<std::string, std::optional<std::string>> parse_tag_filter(
    const std::string& text);

/// "90s", "15m", "12h", "7d" or "2w" before `now`, a local date, or an RFC 3339 time.
[[nodiscard]] Timestamp parse_since(const std::string& text, Timestamp now);

/// The parts of "a,b,c" without empty ones; commas in the braces of a series part nothing.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

/// The same of what `option` was given, which must name something unless it is empty.
[[nodiscard]] std::vector<std::string> parse_list(std::string_view option, std::string_view text);

}  // namespace track::cli
