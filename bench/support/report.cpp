#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace track_bench {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
    }
    result += c;
  }
  return result + '"';
}

std::string number(double value) {
  std::ostringstream text;
  text.precision(4);
  text << value;
  return text.str();
}

std::string number_or_null(const std::optional<double>& value) {
  return value ? number(*value) : "null";
}

std::string describe(const std::optional<Goal>& goal) {
  if (!goal) return "";
  return (goal->of == Goal::Of::ratio ? "ratio <= " : "<= ") + number(goal->at_most);
}

}  // namespace

Report::Report(std::string_view name) : name_(name) {}

void Report::add(Row row) { rows_.push_back(std::move(row)); }

void Report::require(bool holds, std::string_view what) {
  if (!holds) failures_.emplace_back(what);
}

std::optional<double> Report::baseline_of(const Row& row) const {
  if (row.baseline.empty()) return std::nullopt;
  for (const Row& other : rows_) {
    if (other.name == row.baseline) return other.value;
  }
  throw std::logic_error("there is no row '" + row.baseline + "'");
}

std::optional<double> Report::ratio_of(const Row& row) const {
  const auto baseline = baseline_of(row);
  return baseline ? std::optional(row.value / *baseline) : std::nullopt;
}

bool Report::is_met(const Row& row) const {
  if (!row.goal) return true;
  // A NaN, or a ratio to nothing, meets no goal.
  return (row.goal->of == Goal::Of::value ? std::optional(row.value) : ratio_of(row))
             .value_or(NAN) <= row.goal->at_most;
}

void Report::print() const {
  std::size_t width = 0;
  for (const Row& row : rows_) width = std::max(width, row.name.size());
  std::printf("%-*s  %13s  %6s  %-12s\n", static_cast<int>(width) + 2, name_.c_str(), "value",
              "ratio", "goal");
  for (const Row& row : rows_) {
    const auto ratio = ratio_of(row);
    const char* met = !row.goal ? "" : is_met(row) ? "met" : "missed";
    std::printf("  %-*s  %10s %-2s  %6s  %-12s  %s\n", static_cast<int>(width), row.name.c_str(),
                number(row.value).c_str(), row.unit.c_str(), ratio ? number(*ratio).c_str() : "",
                describe(row.goal).c_str(), met);
    if (ratio) std::printf("  %*s  to: %s\n", static_cast<int>(width), "", row.baseline.c_str());
  }
  for (const std::string& failure : failures_) std::printf("  FAILED: %s\n", failure.c_str());
}

std::string Report::json(const Row& row) const {
  const auto goal = row.goal ? std::optional(row.goal->at_most) : std::nullopt;
  const char* of = !row.goal ? "null" : row.goal->of == Goal::Of::ratio ? "\"ratio\"" : "\"value\"";
  return "{\"name\": " + quoted(row.name) + ", \"value\": " + number(row.value) +
         ", \"unit\": " + quoted(row.unit) + ", \"baseline\": " + number_or_null(baseline_of(row)) +
         ", \"baseline_name\": " + (row.baseline.empty() ? "null" : quoted(row.baseline)) +
         ", \"ratio\": " + number_or_null(ratio_of(row)) + ", \"goal\": " + number_or_null(goal) +
         ", \"goal_of\": " + of + ", \"met\": " + (is_met(row) ? "true" : "false") + "}";
}

std::string Report::json() const {
  std::string text = "{\"benchmark\": " + quoted(name_) + ", \"rows\": [";
  const char* separator = "\n  ";
  for (const Row& row : rows_) {
    text += separator + json(row);
    separator = ",\n  ";
  }
  text += "\n], \"failures\": [";
  separator = "";
  for (const std::string& failure : failures_) {
    text += separator + quoted(failure);
    separator = ", ";
  }
  return text + "]}\n";
}

int Report::finish(int argc, char** argv) const {
  print();
  if (argc > 1) {
    std::ofstream file(argv[1]);
    file << json();
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write '%s'\n", argv[1]);
      return 2;
    }
  }
  return failures_.empty() ? 0 : 1;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace track_bench
