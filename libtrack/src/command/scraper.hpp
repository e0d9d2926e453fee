#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "command/line_pattern.hpp"

namespace track::detail {

/// Reads metrics off the lines that a program prints.
///
/// Each named group of a pattern is a metric whose value the group matched; a group named `step`
/// is their step. Without one a series counts its own points from 0.
class Scraper final {
 public:
  using Sink = std::function<void(std::string_view metric, std::int64_t step, double value)>;

  /// Throws Error{usage} where a pattern is wrong, or names no metric.
  Scraper(const std::vector<std::string>& patterns, Sink sink);

  /// Takes output as it comes; lines may be cut anywhere.
  void feed(std::string_view output);
  /// A last line without its end.
  void finish();

 private:
  void match_line();

  std::vector<LinePattern> patterns_;
  Sink sink_;
  std::string line_;
  std::map<std::string, std::int64_t, std::less<>> next_steps_;
};

}  // namespace track::detail
