#include "objects/chunker.hpp"

#include <algorithm>
#include <unordered_set>

#include <catch2/catch.hpp>

#include "objects/gear_table.hpp"
#include "objects/source_file.hpp"
#include "store_fixture.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track_test::noise;

std::vector<std::size_t> lengths_of(ChunkerKind kind, std::span<const std::byte> data) {
  const Chunker chunker(kind);
  std::vector<std::size_t> lengths;
  for (std::size_t at = 0; at < data.size(); at += lengths.back()) {
    lengths.push_back(chunker.cut(data.subspan(at)));
  }
  return lengths;
}

std::vector<ChunkRef> chunks_of(std::span<const std::byte> data) {
  return cut_bytes(data, {}).chunks;
}

}  // namespace

TEST_CASE("the gear table is the one that stores were cut by", "[storage]") {
  CHECK(k_gear_table[0] == 0x7859227F80245EA2);
  CHECK(k_gear_table[255] == 0x7B932EC7C1E115FA);
  CHECK(blake3(std::as_bytes(std::span(k_gear_table))).hex() ==
        "0245647484644dc8874b4accf2a76673efe9e55281d9a6087ad1d749d6183dc2");
}

TEST_CASE("the same bytes are cut at the same places as ever", "[storage]") {
  CHECK(lengths_of(ChunkerKind::fast_cdc, noise(1'000'000, 42)) ==
        std::vector<std::size_t>{17714, 66259, 85693, 81590, 78173, 91898, 80875, 90170, 107850,
                                 69218, 74093, 84451, 72016});
  CHECK(lengths_of(ChunkerKind::fast_cdc_big, noise(3'000'000, 42)) ==
        std::vector<std::size_t>{342586, 275283, 227947, 350252, 299101, 253873, 422526, 310852,
                                 286600, 230980});
}

TEST_CASE("chunks keep to the shortest, usual and longest lengths", "[storage]") {
  const auto data = noise(32UL << 20, 5);
  const auto lengths = lengths_of(ChunkerKind::fast_cdc, data);
  for (std::size_t i = 0; i + 1 < lengths.size(); ++i) {
    REQUIRE(lengths[i] > (16UL << 10));
    REQUIRE(lengths[i] <= (256UL << 10));
  }
  const auto mean = data.size() / lengths.size();
  CHECK(mean > (48UL << 10));
  CHECK(mean < (96UL << 10));
}

TEST_CASE("bytes without any structure are cut at the longest length", "[storage]") {
  const track_test::Bytes zeros(1UL << 20);
  const auto lengths = lengths_of(ChunkerKind::fast_cdc, zeros);
  CHECK(std::all_of(lengths.begin(), lengths.end(), [](auto l) { return l == (256UL << 10); }));
}

TEST_CASE("an insertion changes only the chunks near it", "[storage]") {
  const auto before = noise(8UL << 20, 9);
  auto after = before;
  const auto inserted = noise(4096, 10);
  after.insert(after.begin() + (4 << 20), inserted.begin(), inserted.end());
  std::unordered_set<track::Digest> known;
  for (const auto& chunk : chunks_of(before)) known.insert(chunk.id);
  std::uint64_t fresh = 0;
  for (const auto& chunk : chunks_of(after)) fresh += known.contains(chunk.id) ? 0 : chunk.length;
  CHECK(fresh > 0);
  CHECK(fresh < (1UL << 20));
}

TEST_CASE("a file up to 64 KiB is one chunk, and an empty one none", "[storage]") {
  CHECK(chunks_of({}).empty());
  CHECK(chunks_of(noise(1)).size() == 1);
  CHECK(chunks_of(noise(64UL << 10)).size() == 1);
  CHECK(Chunker::kind_for((64UL << 10) + 1) == ChunkerKind::fast_cdc);
  CHECK(Chunker::kind_for((1UL << 30) - 1) == ChunkerKind::fast_cdc);
  CHECK(Chunker::kind_for(1UL << 30) == ChunkerKind::fast_cdc_big);
}

TEST_CASE("a file read in blocks is cut as its bytes in one piece are", "[storage]") {
  const track_test::TempDir directory;
  const auto bytes = noise(13'000'001, 3);
  track_test::write_file(directory / "file", bytes);
  SourceFile source(directory / "file", true);
  track_test::Bytes seen;
  const auto content = source.read(
      [&](const track::Digest& id, std::span<const std::byte> plain) {
        REQUIRE(blake3(plain) == id);
        seen.insert(seen.end(), plain.begin(), plain.end());
      },
      true, {});
  CHECK(seen == bytes);
  const auto expected = cut_bytes(bytes, {});
  REQUIRE(content.manifest.chunks.size() == expected.chunks.size());
  for (std::size_t i = 0; i < expected.chunks.size(); ++i) {
    CHECK(content.manifest.chunks[i].id == expected.chunks[i].id);
  }
}
