#include <catch2/catch.hpp>

#include "objects/pack_format.hpp"
#include "objects/pack_reader.hpp"
#include "objects/pack_writer.hpp"
#include "store_fixture.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Error;
using track::ErrorCode;
using track_test::Bytes;
using track_test::noise;
using track_test::TempDir;

struct SealedPack {
  std::filesystem::path path;
  std::vector<TableEntry> table;
  std::vector<Bytes> payloads;
};

SealedPack make_pack(const TempDir& directory) {
  SealedPack made;
  PackWriter writer(directory.path(), "private.", false);
  for (const std::size_t size : {0UL, 1UL, 4095UL, 100'000UL, 77UL, 65'536UL, 300UL}) {
    made.payloads.push_back(noise(size, size + 1));
    writer.append(RecordKind::chunk, blake3(made.payloads.back()),
                  {Codec::raw, made.payloads.back()}, size);
  }
  writer.seal();
  writer.sync(0400);
  made.table = writer.table();
  made.path = directory / pack_file_name(writer.id());
  writer.move_to(directory.path());
  return made;
}

void rewrite(const std::filesystem::path& path, const Bytes& bytes) {
  std::filesystem::remove(path);
  track_test::write_file(path, bytes);
}

bool same(const TableEntry& a, const TableEntry& b) {
  return a.id == b.id && a.offset == b.offset && a.length == b.length &&
         a.raw_length == b.raw_length && a.kind == b.kind && a.codec == b.codec;
}

}  // namespace

TEST_CASE("a sealed pack tells its records by its table and by scanning", "[storage]") {
  const TempDir directory;
  const auto made = make_pack(directory);
  const auto reader = PackReader::open(made.path);
  REQUIRE(reader);
  const auto table = reader->table();
  REQUIRE(table);
  const auto scanned = reader->scan();
  REQUIRE(table->size() == made.payloads.size());
  REQUIRE(scanned.size() == made.payloads.size());
  Record record;
  for (std::size_t i = 0; i < table->size(); ++i) {
    CHECK(same((*table)[i], made.table[i]));
    CHECK(same(scanned[i], made.table[i]));
    reader->read(scanned[i].offset, scanned[i].length, record);
    CHECK(record.plain == made.payloads[i]);
  }
  CHECK(reader->compute_digest({}) == reader->trailer()->digest);
}

TEST_CASE("large raw payloads start at a multiple of 4 KiB", "[storage]") {
  const TempDir directory;
  const auto made = make_pack(directory);
  const auto bytes = read_file(made.path);
  std::size_t large = 0;
  for (const auto& entry : made.table) {
    const auto header = decode_record_header(std::span(bytes).subspan(entry.offset));
    REQUIRE(header);
    CHECK(entry.offset % k_record_alignment == 0);
    if (header->stored_length < k_aligned_from) continue;
    ++large;
    CHECK((entry.offset + k_record_header_bytes + header->gap) % k_payload_alignment == 0);
  }
  CHECK(large == 2);
}

TEST_CASE("a sealed pack has its mode and is not writable", "[storage]") {
  const TempDir directory;
  CHECK((stat_entry(make_pack(directory).path)->mode & 0777) == 0400);
}

TEST_CASE("a pack that was not moved to its place is removed", "[storage]") {
  const TempDir directory;
  { PackWriter writer(directory.path(), "private.", false); }
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("a pack cut at any place gives what was whole before it", "[storage]") {
  const TempDir directory;
  const auto made = make_pack(directory);
  const auto whole = read_file(made.path);
  for (std::size_t length = k_pack_header_bytes; length < whole.size(); length += 4999) {
    rewrite(made.path, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    const auto reader = PackReader::open(made.path);
    REQUIRE(reader);
    CHECK_FALSE(reader->table());
    std::size_t expected = 0;
    for (const auto& entry : made.table) expected += entry.offset + entry.length <= length ? 1 : 0;
    INFO("length " << length);
    CHECK(reader->scan().size() == expected);
  }
}

TEST_CASE("any flipped byte of a pack shows", "[storage]") {
  const TempDir directory;
  const auto made = make_pack(directory);
  const auto size = stat_entry(made.path)->size;
  const auto digest = PackReader::open(made.path)->trailer()->digest;
  for (std::uint64_t at = 0; at < size; at += at < 200 || at + 200 > size ? 1 : 4001) {
    track_test::flip_byte(made.path, at);
    INFO("byte " << at);
    bool shows = false;
    try {
      const auto reader = PackReader::open(made.path);
      const auto trailer = reader->trailer();
      shows = !trailer || !reader->table() || trailer->digest != digest ||
              reader->compute_digest({}) != trailer->digest;
    } catch (const Error& e) {
      shows = e.code() == ErrorCode::corrupt || e.code() == ErrorCode::unsupported;
    }
    CHECK(shows);
    track_test::flip_byte(made.path, at);
  }
}

TEST_CASE("a damaged record does not hide those after it from a scan", "[storage]") {
  const TempDir directory;
  const auto made = make_pack(directory);
  auto bytes = read_file(made.path);
  bytes[made.table[3].offset + 2] ^= std::byte{1};                         // a header
  bytes[made.table[5].offset + made.table[5].length - 1] ^= std::byte{1};  // a payload
  rewrite(made.path, bytes);
  const auto scanned = PackReader::open(made.path)->scan();
  CHECK(scanned.size() == made.table.size() - 2);
}

TEST_CASE("a header that asks for more than there is allocates nothing", "[storage]") {
  RecordHeader header;
  header.raw_length = 1U << 30;
  header.stored_length = 10;
  header.codec = Codec::zstd;
  CHECK_FALSE(decode_record_header(encode(header)));
  header.raw_length = 11;
  header.codec = Codec::raw;
  CHECK_FALSE(decode_record_header(encode(header)));
  header.raw_length = 10;
  CHECK(decode_record_header(encode(header)));
}

TEST_CASE("a pack's name is its id, and no other name is", "[storage]") {
  const auto id = track::Uuid::random();
  const auto name = pack_file_name(id);
  CHECK(name.size() == 37);
  CHECK(parse_pack_file_name(name) == id);
  CHECK_FALSE(parse_pack_file_name("x" + name.substr(1)));
  CHECK_FALSE(parse_pack_file_name(name + "x"));
  CHECK_FALSE(parse_pack_file_name("." + name));
}

TEST_CASE("a pack of a newer version is told to be one", "[storage]") {
  const TempDir directory;
  CHECK_THROWS_AS(
      [&] {
        PackHeader header;
        auto bytes = encode(header);
        bytes[8] = std::byte{2};
        // The checksum must be right, or it is damage.
        Bytes fixed(bytes.begin(), bytes.begin() + 60);
        const auto crc = track::schemas::crc32c(fixed);
        for (unsigned i = 0; i < 4; ++i) fixed.push_back(static_cast<std::byte>(crc >> (8 * i)));
        (void)decode_pack_header(fixed);
      }(),
      Error);
}
