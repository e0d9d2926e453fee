#include "track/schemas/labels.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "track/schemas/error.hpp"

using track::Error;
using track::ErrorCode;
using track::Labels;
using track::SeriesKey;

namespace {

ErrorCode code_of(const std::string& series) {
  try {
    static_cast<void>(SeriesKey::parse(series));
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode{};
}

std::string random_word(std::mt19937_64& random) {
  static const std::string letters("ab{}=,\\ /\"\xFF", 11);
  std::string word(1 + random() % 6, ' ');
  for (auto& c : word) c = letters[random() % letters.size()];
  return word;
}

}  // namespace

TEST_CASE("a series is written as the command line takes it", "[schemas]") {
  CHECK(SeriesKey{"loss", {}}.to_string() == "loss");
  CHECK(SeriesKey{"loss", {{"split", "val"}, {"rank", "0"}}}.to_string() ==
        "loss{rank=0,split=val}");
  CHECK(SeriesKey{"recall", {{"slice", "digit=8"}}}.to_string() == "recall{slice=digit=8}");
  CHECK(SeriesKey{"a{b", {{"k", ""}}}.to_string() == "a\\{b{k=}");
}

TEST_CASE("a series reads from its text", "[schemas]") {
  CHECK(SeriesKey::parse("val/acc") == SeriesKey{"val/acc", {}});
  CHECK(SeriesKey::parse("loss{split=val,rank=0}") ==
        SeriesKey{"loss", {{"rank", "0"}, {"split", "val"}}});
  CHECK(SeriesKey::parse("loss{}") == SeriesKey{"loss", {}});
  CHECK(SeriesKey::parse("recall{slice=digit=8}") == SeriesKey{"recall", {{"slice", "digit=8"}}});
  CHECK(SeriesKey::parse("recall{slice=digit\\=8}") == SeriesKey{"recall", {{"slice", "digit=8"}}});
}

TEST_CASE("a text that is no series is a usage error", "[schemas]") {
  for (const char* text :
       {"", "{a=b}", "loss{", "loss{a", "loss{a=b", "loss{=b}", "loss{a=b,}", "loss{a=b}x",
        "loss{a=b,a=c}", "loss}", "loss,", "loss=1", "loss\\", "loss{a{b}"}) {
    INFO(text);
    CHECK(code_of(text) == ErrorCode::usage);
  }
}

TEST_CASE("every series reads back from its own text", "[schemas]") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    SeriesKey series{random_word(random), {}};
    for (auto count = random() % 4; count > 0; --count)
      series.labels[random_word(random)] = random_word(random);
    if (SeriesKey::parse(series.to_string()) != series)
      FAIL("not read back: " << series.to_string());
  }
}

TEST_CASE("series are ordered by name, then by labels", "[schemas]") {
  CHECK(SeriesKey{"a", {{"x", "1"}}} < SeriesKey{"b", {}});
  CHECK(SeriesKey{"a", {}} < SeriesKey{"a", {{"x", "1"}}});
  CHECK_FALSE(SeriesKey{"a", {}} < SeriesKey{"a", {}});
}

TEST_CASE("labels are JSON with sorted keys", "[schemas]") {
  CHECK(track::labels_to_json({}) == "{}");
  CHECK(track::labels_to_json({{"b", "2"}, {"a", "\"1\""}}) == R"({"a":"\"1\"","b":"2"})");
  CHECK(track::labels_from_json(R"( {"b": "2", "a": "1"} )") == Labels{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("JSON that holds no labels is corrupt", "[schemas]") {
  for (const char* text :
       {"", "[]", "{\"a\": 1}", "{\"a\": null}", "{\"a\"", "{\"a\":\"1\",\"a\":\"2\"}", "null"}) {
    INFO(text);
    try {
      static_cast<void>(track::labels_from_json(text));
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::corrupt);
    }
  }
}
