#include "command/scraper.hpp"

#include <catch2/catch.hpp>

#include <tuple>

#include "track/schemas/error.hpp"

using track::detail::Scraper;
using Points = std::vector<std::tuple<std::string, std::int64_t, double>>;

namespace {

Points scrape(const std::vector<std::string>& patterns, const std::vector<std::string>& pieces) {
  Points points;
  Scraper scraper(patterns, [&](std::string_view metric, std::int64_t step, double value) {
    points.emplace_back(metric, step, value);
  });
  for (const auto& piece : pieces) scraper.feed(piece);
  scraper.finish();
  return points;
}

}  // namespace

TEST_CASE("metrics are read off lines wherever the output was cut", "[command]") {
  const std::vector<std::string> patterns = {
      R"(epoch (?P<step>\d+) loss (?P<loss>\S+) acc (?P<acc>\S+))"};
  const auto points = scrape(
      patterns, {"epoch 1 lo", "ss 0.5 acc 0", ".9\nepoch 2 loss 0.25 acc 1e-1\nepoch 3 loss"});
  CHECK(points == Points{{"loss", 1, 0.5}, {"acc", 1, 0.9}, {"loss", 2, 0.25}, {"acc", 2, 0.1}});
}

TEST_CASE("without a step a series counts its own points", "[command]") {
  const auto points = scrape({"a=(?P<a>\\S+)", "b=(?P<b>\\S+)"}, {"a=1\nb=2\na=3 b=4\r\na=+5"});
  CHECK(points == Points{{"a", 0, 1}, {"b", 0, 2}, {"a", 1, 3}, {"b", 1, 4}, {"a", 2, 5}});
}

TEST_CASE("a line that a progress bar overwrites is a line", "[command]") {
  CHECK(scrape({"(?P<x>\\d+)%"}, {"10%\r20%\r30%\n"}) ==
        Points{{"x", 0, 10}, {"x", 1, 20}, {"x", 2, 30}});
}

TEST_CASE("what is no number is passed over", "[command]") {
  CHECK(scrape({"x=(?P<x>\\S+)"}, {"x=none\nx=1,5\nx=2\n"}) == Points{{"x", 0, 2}});
  const auto points = scrape({"x=(?P<x>\\S+)"}, {"x=nan\nx=-inf\n"});
  REQUIRE(points.size() == 2);
  CHECK(std::get<2>(points[0]) != std::get<2>(points[0]));
}

TEST_CASE("a line without end costs no memory without end", "[command]") {
  std::vector<std::string> pieces(100, std::string(1UL << 20U, 'x'));
  pieces.push_back("x=1\nx=2\n");
  CHECK(scrape({"x=(?P<x>\\S+)"}, pieces) == Points{{"x", 0, 2}});
}

TEST_CASE("a pattern without a metric is refused", "[command]") {
  CHECK_THROWS_AS(scrape({"loss"}, {}), track::Error);
  CHECK_THROWS_AS(scrape({"(?P<step>\\d+)"}, {}), track::Error);
}
