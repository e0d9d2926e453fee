#include "track/schemas/json.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "track/schemas/error.hpp"

using track::Error;
using track::ErrorCode;
using track::JsonText;
using track::Value;
using track::schemas::Json;

namespace {

template <typename Body>
std::string corrupt_message(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::corrupt);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a JSON value knows its type", "[schemas]") {
  CHECK(Json().is_null());
  CHECK(Json(nullptr).is_null());
  CHECK(Json(true).as_bool());
  CHECK(Json(7).as_integer() == 7);
  CHECK(Json(7).is_number());
  CHECK(Json(0.5).as_double() == 0.5);
  CHECK_FALSE(Json(0.5).is_integer());
  CHECK(Json("text").as_string() == "text");
  CHECK(Json::array().is_array());
  CHECK(Json::object().is_object());
  CHECK(Json(std::optional<int>()).is_null());
  CHECK(Json(std::optional<int>(3)).as_integer() == 3);
}

TEST_CASE("typed access to another type is an error", "[schemas]") {
  CHECK(corrupt_message([] { static_cast<void>(Json("1").as_integer()); }).find("not an integer") !=
        std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json(1).as_string()); }).find("not a string") !=
        std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json("x").as_double()); }).find("not a number") !=
        std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json(1).as_bool()); }).find("not a boolean") !=
        std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json(1).as_array()); }).find("not an array") !=
        std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json(1).as_object()); }).find("not an object") !=
        std::string::npos);
  CHECK(corrupt_message([] { Json(1).set("a", 1); }).find("not an object") != std::string::npos);
  CHECK(corrupt_message([] { Json(1).push(1); }).find("not an array") != std::string::npos);
  CHECK(corrupt_message([] { static_cast<void>(Json::object().at("key")); }) ==
        "cannot read JSON member 'key': there is none");
}

TEST_CASE("an integer beyond 63 bits is kept exactly and is no integer of 64 signed bits",
          "[schemas]") {
  const Json largest(std::numeric_limits<std::uint64_t>::max());
  CHECK(largest.dump() == "18446744073709551615");
  CHECK(largest.is_number());
  CHECK_FALSE(largest.is_integer());
  CHECK(largest.as_double() == 18446744073709551615.0);
  CHECK(largest.as_value() == Value(std::numeric_limits<std::uint64_t>::max()));
  CHECK(Json::parse(largest.dump()) == largest);
  CHECK(Json(std::uint64_t{7}) == Json(7));
}

TEST_CASE("members keep their order and are replaced in place", "[schemas]") {
  Json document;
  document.set("b", 1).set("a", 2).set("b", 3);
  CHECK(document.dump() == R"({"b":3,"a":2})");
  CHECK(document.at("a").as_integer() == 2);
  CHECK(document.find("c") == nullptr);
  CHECK(Json(1).find("c") == nullptr);
  Json list;
  list.push(1).push("two");
  CHECK(list.dump() == R"([1,"two"])");
}

TEST_CASE("values have a natural JSON form and come back", "[schemas]") {
  for (const auto& value :
       {Value(), Value(true), Value(-7), Value(0.25), Value("text"), Value(JsonText{"[1,{}]"}),
        Value(std::numeric_limits<std::uint64_t>::max())}) {
    CHECK(Json(value).as_value() == value);
  }
  CHECK(Json(Value(JsonText{"{\"a\" : [ ]}"})).dump() == R"({"a":[]})");
  CHECK(Json(Value(JsonText{"{broken"})).as_string() == "{broken");
}

TEST_CASE("non-finite numbers are written as strings and read as numbers", "[schemas]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).dump() == "\"NaN\"");
  CHECK(Json(infinity).dump() == "\"Infinity\"");
  CHECK(Json(-infinity).dump() == "\"-Infinity\"");
  CHECK(std::isnan(Json("NaN").as_double()));
  CHECK(Json("Infinity").as_double() == infinity);
  CHECK(Json("-Infinity").as_double() == -infinity);
}

TEST_CASE("labels become an object", "[schemas]") {
  CHECK(Json::from({{"split", "val"}, {"rank", "0"}}).dump() == R"({"rank":"0","split":"val"})");
}
