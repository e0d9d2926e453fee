#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track_bench {

/// One number of a benchmark.
struct Row {
  std::string what;
  double value = 0;
  std::string unit;
  std::optional<double> at_most;  ///< the target, where there is one
  bool peer = false;              ///< what someone would use instead, measured in the same run
};

/// Collects the rows of one benchmark program.
class Report {
 public:
  explicit Report(std::string_view name);

  void add(Row row);
  /// A condition of correctness: where it does not hold the program fails.
  void require(bool holds, std::string_view what);

  /// Prints the table, writes JSON to argv[1] if given, and returns main's exit code.
  [[nodiscard]] int finish(int argc, char** argv) const;

 private:
  void print() const;
  [[nodiscard]] std::string json() const;

  std::string name_;
  std::vector<Row> rows_;
  std::vector<std::string> failures_;
};

/// The middle one of `values`.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace track_bench
