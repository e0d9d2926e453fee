#include "argument_values.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "track/schemas/error.hpp"

using namespace track::cli;
using track::Error;
using track::Timestamp;

TEST_CASE("an assignment is cut at its first equals sign", "[cli]") {
  CHECK(split_assignment("a=b=c", "tag").second == "b=c");
  CHECK(split_assignment("a=", "tag").second.empty());
  CHECK_THROWS_AS(split_assignment("a", "tag"), Error);
  CHECK_THROWS_AS(split_assignment("=b", "tag"), Error);
}

TEST_CASE("a point is cut at its last equals sign, because labels hold one", "[cli]") {
  CHECK(parse_point("loss=0.25") == std::pair<std::string, double>{"loss", 0.25});
  CHECK(parse_point("r{d=8}=-1e3") == std::pair<std::string, double>{"r{d=8}", -1000});
  CHECK(std::isnan(parse_point("loss=nan").second));
  CHECK(std::isinf(parse_point("loss=-inf").second));
}

TEST_CASE("a point without a number is refused", "[cli]") {
  for (const char* text : {"loss", "loss=", "=1", "loss=1x", "loss= 1", "loss=abc"}) {
    CHECK_THROWS_AS(parse_point(text), Error);
  }
}

TEST_CASE("a tag filter may leave its value open", "[cli]") {
  CHECK_FALSE(parse_tag_filter("status").second.has_value());
  CHECK(parse_tag_filter("status=").second == "");
  CHECK(parse_tag_filter("status=ok").second == "ok");
}

TEST_CASE("since takes an age, a date or a time", "[cli]") {
  const Timestamp now{1'700'000'000'000};
  CHECK(parse_since("90s", now).ms == now.ms - 90'000);
  CHECK(parse_since("2w", now).ms == now.ms - 14LL * 86'400'000);
  CHECK(parse_since("1970-01-02T00:00:00Z", now).ms == 86'400'000);
  CHECK(std::abs(parse_since("2001-02-03", now).ms - 981'158'400'000) <= 14 * 3'600'000);
}

TEST_CASE("since refuses what is no time", "[cli]") {
  const Timestamp now{1'700'000'000'000};
  for (const char* text :
       {"", "d", "-1d", "1y", "2026-02-30", "yesterday", "99999999999999999d", "2026-01-01x"}) {
    CHECK_THROWS_AS(parse_since(text, now), Error);
  }
}

TEST_CASE("a list has no empty parts", "[cli]") {
  CHECK(split_list("a,b") == std::vector<std::string>{"a", "b"});
  CHECK(split_list(",a,,") == std::vector<std::string>{"a"});
  CHECK(split_list("").empty());
}

TEST_CASE("a comma in the braces of a series parts nothing", "[cli]") {
  CHECK(split_list("id,metric:recall{digit=8,split=val},name") ==
        std::vector<std::string>{"id", "metric:recall{digit=8,split=val}", "name"});
}

TEST_CASE("a list that an option was given names something", "[cli]") {
  CHECK(parse_list("--columns", "a,b") == std::vector<std::string>{"a", "b"});
  CHECK(parse_list("--columns", "").empty());
  CHECK_THROWS_WITH(parse_list("--columns", ",,"), "cannot read --columns ',,': it names nothing");
}
