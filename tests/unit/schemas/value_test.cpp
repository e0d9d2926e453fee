#include "track/schemas/value.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

using track::JsonText;
using track::Value;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a value keeps the type of what it was made from", "[schemas]") {
  CHECK(Value().is_null());
  CHECK(Value(true).type() == Value::Type::boolean);
  CHECK(Value(7).as_integer() == 7);
  CHECK(Value('a').type() == Value::Type::integer);
  CHECK(Value(0.5F).as_real() == 0.5);
  CHECK(Value("text").as_text() == "text");
  CHECK(Value(static_cast<const char*>(nullptr)).as_text().empty());
  CHECK(Value(std::string_view("view")).as_text() == "view");
  CHECK(Value(JsonText{"[1]"}).as_json() == "[1]");
  CHECK(Value(std::numeric_limits<std::int64_t>::min()).as_integer() ==
        std::numeric_limits<std::int64_t>::min());
  CHECK_THROWS_AS(Value(1).as_real(), std::bad_variant_access);
}

TEST_CASE("an unsigned integer beyond 63 bits is kept exactly", "[schemas]") {
  CHECK(Value(std::numeric_limits<std::uint64_t>::max()).as_json() == "18446744073709551615");
  CHECK(Value(std::uint64_t{9223372036854775807U}).as_integer() ==
        std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("values are equal by type and exact value", "[schemas]") {
  CHECK(Value(1) == Value(1L));
  CHECK(Value(1) != Value(1.0));
  CHECK(Value(true) != Value(1));
  CHECK(Value("[1]") != Value(JsonText{"[1]"}));
  CHECK(Value(0.0) != Value(-0.0));
  CHECK(Value(k_nan) == Value(k_nan));
  CHECK(Value(k_nan) != Value(std::bit_cast<double>(std::bit_cast<std::uint64_t>(k_nan) + 1)));
  CHECK(Value() == Value());
  CHECK(Value() != Value(false));
}

TEST_CASE("values are shown to people", "[schemas]") {
  CHECK(Value().to_string() == "null");
  CHECK(Value(true).to_string() == "true");
  CHECK(Value(false).to_string() == "false");
  CHECK(Value(-12).to_string() == "-12");
  CHECK(Value(0.1).to_string() == "0.1");
  CHECK(Value(1.0).to_string() == "1.0");
  CHECK(Value(-0.0).to_string() == "-0.0");
  CHECK(Value(1e300).to_string() == "1e+300");
  CHECK(Value(k_nan).to_string() == "nan");
  CHECK(Value(-k_nan).to_string() == "nan");
  CHECK(Value(k_infinity).to_string() == "inf");
  CHECK(Value(-k_infinity).to_string() == "-inf");
  CHECK(Value("two words").to_string() == "two words");
  CHECK(Value(JsonText{"{\"a\": 1}"}).to_string() == "{\"a\": 1}");
}

TEST_CASE("the type of a text is guessed as far as nothing is lost", "[schemas]") {
  CHECK(Value::from_text("true") == Value(true));
  CHECK(Value::from_text("false") == Value(false));
  CHECK(Value::from_text("True") == Value("True"));
  CHECK(Value::from_text("0") == Value(0));
  CHECK(Value::from_text("-9223372036854775808") ==
        Value(std::numeric_limits<std::int64_t>::min()));
  CHECK(Value::from_text("18446744073709551615") ==
        Value(std::numeric_limits<std::uint64_t>::max()));
  CHECK(Value::from_text("18446744073709551616") == Value("18446744073709551616"));
  CHECK(Value::from_text("1e-3") == Value(0.001));
  CHECK(Value::from_text("1.") == Value(1.0));
  CHECK(Value::from_text(".5") == Value(0.5));
  CHECK(Value::from_text("-0") == Value(-0.0));
  CHECK(Value::from_text("1e999") == Value("1e999"));
  CHECK(Value::from_text("nan") == Value(k_nan));
  CHECK(Value::from_text("-inf") == Value(-k_infinity));
  CHECK(Value::from_text("inf") == Value(k_infinity));
  CHECK(Value::from_text("007") == Value("007"));
  CHECK(Value::from_text("-01.5") == Value("-01.5"));
  CHECK(Value::from_text("0x10") == Value("0x10"));
  CHECK(Value::from_text("1 ") == Value("1 "));
  CHECK(Value::from_text("+1") == Value("+1"));
  CHECK(Value::from_text("-") == Value("-"));
  CHECK(Value::from_text("") == Value(""));
  CHECK(Value::from_text("null") == Value("null"));
  CHECK(Value::from_text("infinity war") == Value("infinity war"));
  CHECK(Value::from_text("[1, 2]") == Value(JsonText{"[1, 2]"}));
  CHECK(Value::from_text("{\"a\": 1}") == Value(JsonText{"{\"a\": 1}"}));
  CHECK(Value::from_text("[1, 2") == Value("[1, 2"));
  CHECK(Value::from_text("{brace}") == Value("{brace}"));
}

TEST_CASE("numbers read back from their own text, type and bits", "[schemas]") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const auto real = std::bit_cast<double>(random());
    if (std::isnan(real)) continue;
    if (Value::from_text(Value(real).to_string()) != Value(real))
      FAIL("real not read back: " << real);
    const auto integer = static_cast<std::int64_t>(random() >> (random() % 64));
    if (Value::from_text(Value(integer).to_string()) != Value(integer))
      FAIL("integer not read back: " << integer);
  }
}

TEST_CASE("every type of value has a name", "[schemas]") {
  CHECK(to_string(Value::Type::null) == "null");
  CHECK(to_string(Value::Type::boolean) == "boolean");
  CHECK(to_string(Value::Type::integer) == "integer");
  CHECK(to_string(Value::Type::real) == "real");
  CHECK(to_string(Value::Type::text) == "text");
  CHECK(to_string(Value::Type::json) == "json");
}
