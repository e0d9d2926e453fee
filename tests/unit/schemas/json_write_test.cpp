#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "track/schemas/json.hpp"

using track::schemas::Json;

TEST_CASE("a document is written on one line or indented", "[schemas]") {
  const auto document = Json::parse(R"({"a": [1, 2.5, {}], "b": {"c": null, "d": []}})");
  CHECK(document.dump() == R"({"a":[1,2.5,{}],"b":{"c":null,"d":[]}})");
  CHECK(document.dump(2) == R"({
  "a": [
    1,
    2.5,
    {}
  ],
  "b": {
    "c": null,
    "d": []
  }
})");
}

TEST_CASE("the canonical form sorts keys by their bytes at every depth", "[schemas]") {
  const auto document =
      Json::parse(R"({"b": {"z": 1, "A": 2}, "a": [{"y": 1, "x": 2}], "é": 1, "B": 0})");
  CHECK(document.canonical() == R"({"B":0,"a":[{"x":2,"y":1}],"b":{"A":2,"z":1},"é":1})");
  CHECK(Json::parse(document.canonical()).canonical() == document.canonical());
}

TEST_CASE("integers and reals stay apart", "[schemas]") {
  CHECK(Json(1).dump() == "1");
  CHECK(Json(1.0).dump() == "1.0");
  CHECK(Json(-0.0).dump() == "-0.0");
  CHECK(Json(1e300).dump() == "1e+300");
  CHECK(Json::parse("1.0") != Json(1));
  CHECK(std::signbit(Json::parse("-0.0").as_double()));
}

TEST_CASE("finite reals read back with all bits", "[schemas]") {
  std::mt19937_64 random(5);
  int checked = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto real = std::bit_cast<double>(random());
    if (!std::isfinite(real)) continue;
    const auto back = Json::parse(Json(real).dump()).as_double();
    if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(real))
      FAIL("not read back: " << real);
    ++checked;
  }
  CHECK(checked > 19000);
}

TEST_CASE("text is escaped, and bad UTF-8 replaced", "[schemas]") {
  CHECK(Json("a\"b\\c\n\t").dump() == R"("a\"b\\c\n\t")");
  CHECK(Json(std::string("\0\x1f", 2)).dump() == R"("\u0000\u001f")");
  CHECK(Json("\xff").dump() == "\"\xEF\xBF\xBD\"");
  CHECK(Json("caf\xC3\xA9").dump() == "\"caf\xC3\xA9\"");
  Json document;
  document.set("\xC3", 1);
  CHECK(Json::parse(document.dump()).find("\xEF\xBF\xBD") != nullptr);
}
