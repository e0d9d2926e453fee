#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
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
  text.precision(6);
  text << value;
  return text.str();
}

const char* verdict(const Row& row) {
  if (row.peer) {
    return "peer";
  }
  if (!row.at_most) {
    return "";
  }
  return row.value <= *row.at_most ? "ok" : "over";
}

}  // namespace

Report::Report(std::string_view name) : name_(name) {}

void Report::add(Row row) { rows_.push_back(std::move(row)); }

void Report::require(bool holds, std::string_view what) {
  if (!holds) {
    failures_.emplace_back(what);
  }
}

void Report::print() const {
  std::size_t width = 0;
  for (const Row& row : rows_) {
    width = std::max(width, row.what.size());
  }
  std::printf("%s\n", name_.c_str());
  for (const Row& row : rows_) {
    const std::string target = row.at_most ? "<= " + number(*row.at_most) : "";
    std::printf("  %-*s  %10s %-8s %-10s %s\n", static_cast<int>(width), row.what.c_str(),
                number(row.value).c_str(), row.unit.c_str(), target.c_str(), verdict(row));
  }
  for (const std::string& failure : failures_) {
    std::printf("  FAILED: %s\n", failure.c_str());
  }
}

std::string Report::json() const {
  std::string text = "{\"benchmark\": " + quoted(name_) + ", \"rows\": [";
  const char* separator = "\n  ";
  for (const Row& row : rows_) {
    text += separator + ("{\"what\": " + quoted(row.what)) + ", \"value\": " + number(row.value) +
            ", \"unit\": " + quoted(row.unit) +
            ", \"at_most\": " + (row.at_most ? number(*row.at_most) : "null") +
            ", \"peer\": " + (row.peer ? "true" : "false") + "}";
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
