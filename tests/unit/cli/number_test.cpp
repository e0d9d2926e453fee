#include "render/number.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace track::cli;

TEST_CASE("numbers print in the shortest form that reads back", "[cli]") {
  CHECK(format_number(0.1) == "0.1");
  CHECK(format_number(1.0 / 3) == "0.3333333333333333");
  CHECK(format_number(-0.0) == "-0");
  CHECK(format_number(1e300) == "1e+300");
  CHECK(std::stod(format_number(std::nextafter(1.0, 2.0))) == std::nextafter(1.0, 2.0));
}

TEST_CASE("what is not finite is named", "[cli]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(format_number(std::nan("")) == "NaN");
  CHECK(format_number(infinity) == "Infinity");
  CHECK(format_rounded(-infinity) == "-Infinity");
}

TEST_CASE("a deviation has two significant digits and the mean as many places", "[cli]") {
  const Terminal unicode{.utf8 = true};
  CHECK(format_mean_deviation(0.953123, 0.0117, unicode) == "0.953 ± 0.012");
  CHECK(format_mean_deviation(123.456, 1.5, unicode) == "123.5 ± 1.5");
  CHECK(format_mean_deviation(1234.5, 250, unicode) == "1234 ± 250");
  CHECK(format_mean_deviation(0.5, 0, unicode) == "0.5 ± 0");
  CHECK(format_mean_deviation(0.5, std::nan(""), unicode) == "0.5");
  CHECK(format_mean_deviation(0.953123, 0.0117, Terminal{}) == "0.953 +- 0.012");
}

TEST_CASE("bytes move to the next unit before they print as 1024", "[cli]") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.0 KiB");
  CHECK(format_bytes(1024 * 1024 - 1) == "1.0 MiB");
  CHECK(format_bytes(std::numeric_limits<std::uint64_t>::max()) == "16.0 EiB");
}

TEST_CASE("durations grow their units", "[cli]") {
  CHECK(format_duration(0) == "0 ms");
  CHECK(format_duration(999) == "999 ms");
  CHECK(format_duration(1500) == "1.5 s");
  CHECK(format_duration(59999) == "1m 00s");
  CHECK(format_duration(185000) == "3m 05s");
  CHECK(format_duration(7620000) == "2h 07m");
  CHECK(format_duration(273600000) == "3d 04h");
  CHECK(format_duration(-1500) == "-1.5 s");
}

TEST_CASE("times are relative to now until they are a month old", "[cli]") {
  const std::int64_t now = 1'700'000'000'000;
  CHECK(format_relative(now, now) == "now");
  CHECK(format_relative(now - 12'000, now) == "12s ago");
  CHECK(format_relative(now - 300'000, now) == "5m ago");
  CHECK(format_relative(now - 7'200'000, now) == "2h ago");
  CHECK(format_relative(now - 29LL * 86'400'000, now) == "29d ago");
  CHECK(format_relative(now - 40LL * 86'400'000, now).size() == 10);
  CHECK(format_relative(now + 3'600'000, now).size() == 10);
}
