#include "track/schemas/ids.hpp"

#include <catch2/catch.hpp>
#include <set>

using track::RunId;
using track::Uuid;

TEST_CASE("80 bits become 16 characters of Crockford base32, the first bits first", "[schemas]") {
  CHECK(RunId::from_bytes({}).value == "0000000000000000");
  CHECK(RunId::from_bytes({255, 255, 255, 255, 255, 255, 255, 255, 255, 255}).value ==
        "zzzzzzzzzzzzzzzz");
  // 00000 00001 00010 00011 00100 00101 00110 00111 and so on up to 15.
  CHECK(RunId::from_bytes({0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF}).value ==
        "0123456789abcdef");
}

TEST_CASE("a run id reads back, upper case folded", "[schemas]") {
  const auto id = RunId::random();
  CHECK(RunId::parse(id.value) == id);
  CHECK(RunId::parse("ABCDEFGHJKMNPQRS") == RunId{"abcdefghjkmnpqrs"});
}

TEST_CASE("a text that is no run id reads as nothing", "[schemas]") {
  for (const char* text :
       {"", "abcdefghjkmnpqr", "abcdefghjkmnpqrst", "abcdefghijkmnpqr", "abcdefghlkmnpqrs",
        "abcdefghokmnpqrs", "abcdefghukmnpqrs", "../../etc/passwd", "abcdefgh-kmnpqrs"}) {
    CHECK_FALSE(RunId::parse(text));
  }
}

TEST_CASE("random ids do not repeat", "[schemas]") {
  std::set<RunId> runs;
  std::set<Uuid> uuids;
  for (int i = 0; i < 1000; ++i) {
    runs.insert(RunId::random());
    uuids.insert(Uuid::random());
  }
  CHECK(runs.size() == 1000);
  CHECK(uuids.size() == 1000);
}

TEST_CASE("a random uuid is of version 4 and of the RFC's variant", "[schemas]") {
  for (int i = 0; i < 100; ++i) {
    const auto uuid = Uuid::random();
    CHECK((uuid.bytes[6] >> 4U) == 4);
    CHECK((uuid.bytes[8] >> 6U) == 2);
    CHECK(Uuid::parse(uuid.to_string()) == uuid);
  }
}

TEST_CASE("a uuid is written in the 8-4-4-4-12 form", "[schemas]") {
  Uuid uuid;
  for (std::size_t i = 0; i < 16; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(17 * i);
  CHECK(uuid.to_string() == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(Uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF") == uuid);
}

TEST_CASE("a text that is no uuid reads as nothing", "[schemas]") {
  for (const char* text :
       {"", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeeff0", "0011223-34455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899aaabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg"}) {
    CHECK_FALSE(Uuid::parse(text));
  }
}
