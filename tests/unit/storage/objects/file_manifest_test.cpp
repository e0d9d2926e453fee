#include "objects/file_manifest.hpp"

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file

bool is_corrupt(const track_test::Bytes& bytes) {
  try {
    (void)decode_file(bytes);
  } catch (const track::Error& e) {
    return e.code() == track::ErrorCode::corrupt;
  }
  return false;
}

FileManifest sample() {
  FileManifest manifest;
  manifest.size = 300;
  manifest.chunker = ChunkerKind::fast_cdc;
  manifest.chunks = {{blake3(std::string_view("a")), 100}, {blake3(std::string_view("b")), 200}};
  return manifest;
}

}  // namespace

TEST_CASE("a file's manifest comes back as it was written", "[storage]") {
  const auto decoded = decode_file(encode_file(sample()));
  CHECK(decoded.size == 300);
  CHECK(decoded.chunker == ChunkerKind::fast_cdc);
  REQUIRE(decoded.chunks.size() == 2);
  CHECK(decoded.chunks[1].id == blake3(std::string_view("b")));
  CHECK(decoded.chunks[1].length == 200);
  CHECK(decode_file(encode_file({})).chunks.empty());
}

TEST_CASE("a file's manifest whose sizes lie is refused", "[storage]") {
  auto manifest = sample();
  manifest.size = 301;
  CHECK(is_corrupt(encode_file(manifest)));
  manifest = sample();
  manifest.chunks[0].length = 0;
  manifest.size = 200;
  CHECK(is_corrupt(encode_file(manifest)));
  manifest.chunks[0].length = 2U << 20;
  manifest.size = (2U << 20) + 200;
  CHECK(is_corrupt(encode_file(manifest)));
}

TEST_CASE("a file's manifest cut anywhere is refused", "[storage]") {
  const auto whole = encode_file(sample());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK(is_corrupt({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}));
  }
  auto count = whole;
  count[19] = std::byte{0xFF};  // four thousand million chunks
  CHECK(is_corrupt(count));
}
