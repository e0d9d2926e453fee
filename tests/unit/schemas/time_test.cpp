#include "track/schemas/time.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

using track::Timestamp;

TEST_CASE("times are written as RFC 3339 in UTC with milliseconds", "[schemas]") {
  CHECK(Timestamp{0}.to_string() == "1970-01-01T00:00:00.000Z");
  CHECK(Timestamp{1769847300123}.to_string() == "2026-01-31T08:15:00.123Z");
  CHECK(Timestamp{-1}.to_string() == "1969-12-31T23:59:59.999Z");
  CHECK(Timestamp{951827696789}.to_string() == "2000-02-29T12:34:56.789Z");
  CHECK(Timestamp{253402300799999}.to_string() == "9999-12-31T23:59:59.999Z");
  CHECK(Timestamp{253402300800000}.to_string() == "+10000-01-01T00:00:00.000Z");
  CHECK(Timestamp{-62167219200000}.to_string() == "0000-01-01T00:00:00.000Z");
  CHECK(Timestamp{-62167219200001}.to_string() == "-0001-12-31T23:59:59.999Z");
}

TEST_CASE("any RFC 3339 offset and precision reads", "[schemas]") {
  CHECK(Timestamp::parse("2026-01-31T08:15:00Z") == Timestamp{1769847300000});
  CHECK(Timestamp::parse("2026-01-31t08:15:00.1z") == Timestamp{1769847300100});
  CHECK(Timestamp::parse("2026-01-31 08:15:00.123999999999Z") == Timestamp{1769847300123});
  CHECK(Timestamp::parse("2026-01-31T10:15:00+02:00") == Timestamp{1769847300000});
  CHECK(Timestamp::parse("2026-01-30T22:45:00.5-09:30") == Timestamp{1769847300500});
  CHECK(Timestamp::parse("2016-12-31T23:59:60Z") == Timestamp{1483228800000});
}

TEST_CASE("a text that is no time reads as nothing", "[schemas]") {
  for (const char* text : {"",
                           "2026",
                           "2026-01-31",
                           "2026-01-31T08:15:00",
                           "2026-01-31T08:15Z",
                           "2026-1-31T08:15:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:61Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+01",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00Z ",
                           " 2026-01-01T00:00:00Z",
                           "20260-01-01T00:00:00Z",
                           "+999999999-01-01T00:00:00Z",
                           "-999999999-01-01T00:00:00Z",
                           "yesterday"}) {
    INFO(text);
    CHECK_FALSE(Timestamp::parse(text));
  }
}

TEST_CASE("every time reads back from its own text", "[schemas]") {
  CHECK(Timestamp{std::numeric_limits<std::int64_t>::max()}.to_string() ==
        "+292278994-08-17T07:12:55.807Z");
  CHECK(Timestamp{std::numeric_limits<std::int64_t>::min()}.to_string() ==
        "-292275055-05-16T16:47:04.192Z");
  std::mt19937_64 random(20260131);
  for (int i = 0; i < 20000; ++i) {
    // Shifted, so that times near 1970 are as frequent as those far away.
    const auto bits = static_cast<std::int64_t>(random()) >> (random() % 40);
    const Timestamp time{i < 2 ? (i == 0 ? std::numeric_limits<std::int64_t>::max()
                                         : std::numeric_limits<std::int64_t>::min())
                               : bits};
    const auto text = time.to_string();
    const auto back = Timestamp::parse(text);
    if (back != time) FAIL("not read back: " << time.ms << " " << text);
  }
}

TEST_CASE("the system clock tells a time after this was written", "[schemas]") {
  const auto now = track::Clock::system().now();
  CHECK(Timestamp{1'750'000'000'000} < now);
  CHECK_FALSE(track::Clock::system().now() < now);
}
