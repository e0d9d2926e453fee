#include "render/scale.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using track::cli::Scale;

namespace {

std::vector<std::string> labels(const Scale& scale, int most) {
  std::vector<std::string> found;
  for (const auto& tick : scale.ticks(most)) found.push_back(tick.label);
  return found;
}

}  // namespace

TEST_CASE("ticks are round values within the range", "[cli]") {
  CHECK(labels(Scale(0, 10, false), 6) == std::vector<std::string>{"0", "2", "4", "6", "8", "10"});
  CHECK(labels(Scale(0.13, 0.91, false), 5) ==
        std::vector<std::string>{"0.2", "0.4", "0.6", "0.8"});
  CHECK(labels(Scale(-1, 1, false), 5) ==
        std::vector<std::string>{"-1.0", "-0.5", "0", "0.5", "1.0"});
}

TEST_CASE("a logarithmic scale ticks at powers of ten", "[cli]") {
  CHECK(labels(Scale(1e-4, 1, true), 5) ==
        std::vector<std::string>{"0.0001", "0.001", "0.01", "0.1", "1"});
  CHECK(Scale(1, 100, true).place(10) == Approx(0.5));
}

TEST_CASE("a range of one value is widened around it", "[cli]") {
  for (const double value : {0.0, 5.0, -5.0, 1e308, 5e-324, -1.7e308}) {
    const Scale scale(value, value, false);
    CHECK(scale.place(value) >= 0);
    CHECK(scale.place(value) <= 1);
    CHECK_FALSE(scale.ticks(5).empty());
  }
  CHECK(Scale(3, 3, true).place(3) == Approx(0.5));
}

TEST_CASE("extreme ranges neither overflow nor hang", "[cli]") {
  const double largest = std::numeric_limits<double>::max();
  CHECK(Scale(-largest, largest, false).place(0) == Approx(0.5));
  CHECK_FALSE(Scale(-largest, largest, false).ticks(5).empty());
  const double next = std::nextafter(1e15, 2e15);
  CHECK_FALSE(Scale(1e15, next, false).ticks(5).empty());
  CHECK(Scale(5e-324, 1e308, true).ticks(5).size() <= 5);
}

TEST_CASE("few ticks are still round values within the range", "[cli]") {
  CHECK(labels(Scale(0.105, 2.58, false), 2) == std::vector<std::string>{"1", "2"});
  CHECK(labels(Scale(0.3, 0.9, false), 2) == std::vector<std::string>{"0.5"});
}
