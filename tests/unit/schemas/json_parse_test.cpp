#include <catch2/catch.hpp>

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

using track::Error;
using track::ErrorCode;
using track::schemas::Json;

namespace {

std::string message_of(const std::string& text) {
  try {
    static_cast<void>(Json::parse(text));
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "no error";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("a document of every type parses", "[schemas]") {
  const auto document = Json::parse(
      " {\"s\": \"\\u00e9\\n\", \"i\": -3, \"r\": 1e2, \"t\": true, \"n\": null, \"a\": [[], "
      "{}]} ");
  CHECK(document.at("s").as_string() == "\xC3\xA9\n");
  CHECK(document.at("i").as_integer() == -3);
  CHECK(document.at("r").as_double() == 100);
  CHECK(document.at("t").as_bool());
  CHECK(document.at("n").is_null());
  CHECK(document.at("a").as_array().size() == 2);
  CHECK(Json::parse("7") == Json(7));
  CHECK(Json::parse("-9223372036854775808").as_integer() == INT64_MIN);
  CHECK(Json::parse("18446744073709551616").as_double() == 18446744073709551616.0);
}

TEST_CASE("an error names line and column", "[schemas]") {
  CHECK(message_of("{\"a\": 1,\n \"b\": x}").find("cannot read JSON at line 2, column 7: ") == 0);
  CHECK(message_of("").find("cannot read JSON at line 1, column 1: ") == 0);
  CHECK(message_of("[1,]").find("line 1, column 4") != std::string::npos);
  CHECK(message_of("[1").find("line 1, column 3") != std::string::npos);
}

TEST_CASE("a text that is no JSON is an error", "[schemas]") {
  for (const char* text :
       {"",    " ",    "nul",        "{",       "}",     "[1 2]",   "{\"a\" 1}", "{a: 1}",
        "'a'", "01",   "1.",         "+1",      "NaN",   "\"\\x\"", "\"\xff\"",  "\"a",
        "1 2", "[1,]", "{\"a\":1,}", "// c\n1", "1e999", "\"\n\""}) {
    INFO(text);
    CHECK(message_of(text).find("cannot read JSON") == 0);
  }
}

TEST_CASE("nesting is limited to 200", "[schemas]") {
  CHECK(Json::parse(nested(200)).is_array());
  CHECK(message_of(nested(201)) ==
        "cannot read JSON at line 1, column 201: nested deeper than 200");
  CHECK(message_of(std::string(1'000'000, '[')).find("nested deeper") != std::string::npos);
  CHECK(Json::parse("\"" + std::string(300, '[') + "\"").is_string());
  CHECK(Json::parse("\"\\\"" + std::string(300, '{') + "\"").is_string());
}

TEST_CASE("a member that stands twice in one object is an error", "[schemas]") {
  CHECK(message_of(R"({"a": 1, "b": 2, "a": 3})") ==
        "cannot read JSON: member 'a' stands twice in one object");
  CHECK(Json::parse(R"([{"a": 1}, {"a": 2}])").as_array().size() == 2);
}
