#include "payload_archive.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "payload_types.hpp"

using namespace track::schemas;  // NOLINT(google-build-using-namespace)

namespace growing {

/// A record as its first minor version had it, and as a later one has it.
struct First {
  std::string name;
};

struct Later {
  std::string name;
  std::int32_t count = 7;
  std::string unit = "s";
};

struct FirstList {
  std::vector<First> items;
  bool flag = false;
};

struct LaterList {
  std::vector<Later> items;
  bool flag = false;
};

template <typename Archive>
void serialize(Archive& archive, First& record) {
  archive(record.name);
}

template <typename Archive>
void serialize(Archive& archive, Later& record) {
  archive(record.name, appended(record.count), appended(record.unit));
}

template <typename Archive>
void serialize(Archive& archive, FirstList& list) {
  archive(list.items, list.flag);
}

template <typename Archive>
void serialize(Archive& archive, LaterList& list) {
  archive(list.items, list.flag);
}

}  // namespace growing

namespace {

template <typename T>
std::vector<std::byte> written(const T& value) {
  PayloadWriter writer;
  writer(value);
  return std::move(writer).take();
}

template <typename T>
T read(std::span<const std::byte> bytes) {
  PayloadReader reader(bytes);
  T value{};
  reader(value);
  return value;
}

std::string hex_of(const std::vector<std::byte>& bytes) {
  std::string text;
  for (const auto byte : bytes) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    text += k_digits[std::to_integer<unsigned>(byte) >> 4U];
    text += k_digits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

}  // namespace

TEST_CASE("numbers are written little-endian, lengths in groups of seven bits", "[schemas]") {
  CHECK(hex_of(written(std::uint32_t{0x01020304})) == "04030201");
  CHECK(hex_of(written(std::int64_t{-2})) == "feffffffffffffff");
  CHECK(hex_of(written(1.5)) == "000000000000f83f");
  CHECK(hex_of(written(std::string("ab"))) == "026162");
  CHECK(hex_of(written(std::string(300, 'x'))).substr(0, 6) == "ac0278");
  CHECK(hex_of(written(std::optional<bool>())) == "00");
  CHECK(hex_of(written(std::optional<bool>(true))) == "0101");
}

TEST_CASE("lengths of any size are read as written", "[schemas]") {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 16383U, 16384U, 70000U}) {
    const std::string text(size, 'a');
    CHECK(read<std::string>(written(text)) == text);
  }
}

TEST_CASE("a record of an earlier minor version leaves defaults", "[schemas]") {
  const auto later = read<growing::Later>(written(growing::First{"a"}));
  CHECK(later.name == "a");
  CHECK(later.count == 7);
  CHECK(later.unit == "s");
}

TEST_CASE("a record of a later minor version is read as far as it is known", "[schemas]") {
  CHECK(read<growing::First>(written(growing::Later{"a", 1, "m"})).name == "a");
}

TEST_CASE("appended fields are read where they are there", "[schemas]") {
  const auto later = read<growing::Later>(written(growing::Later{"a", 1, "m"}));
  CHECK(later.count == 1);
  CHECK(later.unit == "m");
}

TEST_CASE("an appended field that is cut is malformed", "[schemas]") {
  const auto whole = written(growing::Later{"a", 1, "m"});
  const std::span<const std::byte> bytes(whole);
  for (const std::size_t size : {3U, 4U, 5U, 7U}) {  // inside count, inside unit
    CHECK_THROWS_AS(read<growing::Later>(bytes.first(size)), MalformedPayload);
  }
}

TEST_CASE("elements of a list grow too", "[schemas]") {
  const auto later = read<growing::LaterList>(written(growing::FirstList{{{"a"}, {"b"}}, true}));
  REQUIRE(later.items.size() == 2);
  CHECK(later.items[1].name == "b");
  CHECK(later.items[1].count == 7);
  CHECK(later.flag);

  const auto first =
      read<growing::FirstList>(written(growing::LaterList{{{"a", 1, "m"}, {"b", 2, "m"}}, true}));
  REQUIRE(first.items.size() == 2);
  CHECK(first.items[1].name == "b");
  CHECK(first.flag);
}
