#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string_view>

#include "doctor/checks.hpp"

namespace track_test {

/// The one line of a report on `area` and `name`; the test fails where there is none.
[[nodiscard]] inline track::DoctorCheck line_of(const track::DoctorReport& report,
                                                std::string_view area, std::string_view name) {
  const auto found =
      std::find_if(report.checks.begin(), report.checks.end(),
                   [&](const auto& check) { return check.area == area && check.name == name; });
  CAPTURE(area, name);
  REQUIRE(found != report.checks.end());
  return *found;
}

[[nodiscard]] inline bool has_line(const track::DoctorReport& report, std::string_view name) {
  return std::any_of(report.checks.begin(), report.checks.end(),
                     [&](const auto& check) { return check.name == name; });
}

[[nodiscard]] inline bool says(const track::DoctorCheck& check, std::string_view text) {
  return check.finding.find(text) != std::string::npos;
}

}  // namespace track_test
