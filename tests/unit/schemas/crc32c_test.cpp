#include "crc32c.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string_view>
#include <vector>

#include "track/schemas/codec.hpp"

using namespace track::schemas;  // NOLINT(google-build-using-namespace)

namespace {

std::vector<std::byte> filled(std::size_t size, int first, int step) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::byte>(first + step * static_cast<int>(i));
  return bytes;
}

}  // namespace

TEST_CASE("crc32c gives what RFC 3720 B.4 says", "[schemas]") {
  CHECK(crc32c(filled(32, 0x00, 0)) == 0x8A9136AA);
  CHECK(crc32c(filled(32, 0xFF, 0)) == 0x62A8AB43);
  CHECK(crc32c(filled(32, 0x00, 1)) == 0x46DD794E);
  CHECK(crc32c(filled(32, 0x1F, -1)) == 0x113FDB5C);
  const unsigned char read_command[48] = {
      0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0,
      0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0};
  CHECK(crc32c(std::as_bytes(std::span(read_command))) == 0xD9963A56);
  const std::string_view digits = "123456789";
  CHECK(crc32c(std::as_bytes(std::span(digits))) == 0xE3069283);
  CHECK(crc32c({}) == 0);
}

TEST_CASE("crc32c continues from a seed", "[schemas]") {
  const auto bytes = filled(100, 3, 7);
  const std::span<const std::byte> all(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    CHECK(crc32c(all.subspan(cut), crc32c(all.first(cut))) == crc32c(all));
  }
}

TEST_CASE("crc32c in software and by the processor give the same", "[schemas]") {
  std::mt19937_64 random(3);
  std::vector<std::byte> bytes(4096 + 16);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  const std::span<const std::byte> all(bytes);
  std::size_t compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto part = all.subspan(random() % 16, random() % (i % 4 == 0 ? 4096 : 64));
    const auto seed = static_cast<std::uint32_t>(random());
    const auto software = crc32c_software(part, seed);
    if (software != crc32c(part, seed)) FAIL("the dispatched one differs, size " << part.size());
    if (crc32c_has_hardware() && software != crc32c_hardware(part, seed))
      FAIL("size " << part.size());
    ++compared;
  }
  CHECK(compared == 2000);
}
