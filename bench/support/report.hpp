#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track_bench {

/// A limit that a row should keep to.
struct Goal {
  enum class Of : std::uint8_t { value, ratio };

  Of of = Of::value;
  double at_most = 0;
};
[[nodiscard]] inline Goal value_at_most(double limit) { return {Goal::Of::value, limit}; }
[[nodiscard]] inline Goal ratio_at_most(double limit) { return {Goal::Of::ratio, limit}; }

/// One number of a benchmark; less is better.
struct Row {
  std::string name;
  double value = 0;
  std::string unit;
  std::string baseline = {};  ///< the row of the same report that it is compared with, if any
  std::optional<Goal> goal = std::nullopt;
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
  /// Throws std::logic_error where there is no row of that name.
  [[nodiscard]] std::optional<double> baseline_of(const Row& row) const;
  [[nodiscard]] std::optional<double> ratio_of(const Row& row) const;
  [[nodiscard]] bool is_met(const Row& row) const;
  void print() const;
  [[nodiscard]] std::string json() const;
  [[nodiscard]] std::string json(const Row& row) const;

  std::string name_;
  std::vector<Row> rows_;
  std::vector<std::string> failures_;
};

/// The middle one of `values`.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace track_bench
