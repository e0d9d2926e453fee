#include "journal/segment_packer.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "journal_fixture.hpp"
#include "packing.hpp"
#include "segment_bytes.hpp"
#include "track/schemas/error.hpp"

using namespace track::storage;
namespace format = track::storage::journal;
using track::schemas::AnchorEntry;
using track::schemas::NoteEntry;
using track::schemas::ParamEntry;
using track_test::Journal;
using track_test::pack;
using track_test::PackedPair;
using track_test::SegmentBytes;
using track_test::text_of;

namespace {

/// A journal of one sealed segment of 1 MiB.
template <typename Fill>
std::filesystem::path one_segment(const Journal& journal, Fill&& fill) {
  auto options = journal.options();
  options.first_segment = 1UL << 20U;
  {
    const auto writer = JournalWriter::open(options);
    fill(*writer);
  }
  std::vector<std::string> problems;
  const auto segments = list_segments(journal.path(), problems);
  REQUIRE(segments.size() == 1);
  return segments[0].path;
}

void check_same(const PackedPair& pair, std::uint64_t from, std::uint64_t limit) {
  INFO("from " << from << " limit " << limit);
  const auto raw = text_of(read_segment(pair.raw, from, limit));
  const auto packed = text_of(read_segment(pair.packed, from, limit));
  REQUIRE(raw == packed);
}

/// Packs it, and reads both forms from where records begin, each `stride`-th of them.
PackedPair check_packs_alike(const std::filesystem::path& path, std::size_t stride) {
  const auto offsets = track_test::record_offsets(path);
  const auto pair = PackedPair::make(path);
  CHECK(pair.packed.packed);
  CHECK_FALSE(pair.raw.packed);
  CHECK(pair.packed.sealed);
  CHECK(pair.packed.committed == pair.raw.committed);
  CHECK(pair.packed.dropped == pair.raw.dropped);
  CHECK(pair.packed.order == pair.raw.order);
  CHECK(pair.packed.other_boot == pair.raw.other_boot);
  check_same(pair, 0, UINT64_MAX);
  check_same(pair, 17, UINT64_MAX);
  for (std::size_t i = 0; i < offsets.size(); i += stride) {
    check_same(pair, offsets[i], UINT64_MAX);
    check_same(pair, offsets[i], 1);
    check_same(pair, offsets[i], 1000);
  }
  check_same(pair, pair.raw.committed, UINT64_MAX);
  return pair;
}

std::uint64_t size_of(const std::filesystem::path& path) {
  return std::filesystem::file_size(path);
}

double float_noise(std::mt19937& random) {
  return static_cast<double>(std::normal_distribution<float>(1.0F, 0.1F)(random));
}

}  // namespace

TEST_CASE("a segment of one series reads the same when packed, and takes a tenth", "[journal]") {
  const Journal journal;
  std::mt19937 random(1);
  const auto path = one_segment(journal, [&](JournalWriter& writer) {
    const auto series = writer.intern("loss");
    for (int i = 0; i < 30'000; ++i) writer.append_point(series, i, float_noise(random));
  });
  const auto before = size_of(path);
  const auto pair = check_packs_alike(path, 3001);
  CHECK(size_of(path) < before / 8);
  // Whole chunks go on as they are, however the reading is cut.
  const auto whole = read_segment(pair.packed, 0).points.at(0);
  REQUIRE(whole.chunks.size() == 8);
  CHECK(whole.chunks[0].count == 4096);
  CHECK(whole.chunks[7].count == 30'000 - 7 * 4096);
  const auto first = read_segment(pair.packed, 0, 10'000);
  CHECK(first.points.at(0).chunks.size() == 2);
  CHECK(read_segment(pair.packed, first.to).points.at(0).chunks.empty());
  CHECK(read_segment(pair.raw, 0).points.at(0).chunks.empty());
}

TEST_CASE("what a packed segment passes on as chunks holds the same points", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 20'000; ++i)
      writer.append_point(writer.intern(i % 3 == 0 ? "a" : "b"), i, i * 0.25);
  });
  REQUIRE(pack(path) > 0);
  ChunkDecoder decoder;
  for (const auto& columns : read_segment(read_segment_info(path).value(), 0).points) {
    track::schemas::PointColumns decoded;
    for (const auto& chunk : columns.chunks)
      decoder.decode(chunk.data, chunk.count, decoded.steps, decoded.times_ms, decoded.values);
    CHECK(decoded.steps == columns.steps);
    CHECK(decoded.times_ms == columns.times_ms);
    CHECK(decoded.values == columns.values);
  }
}

TEST_CASE("a segment of 200 series with entries among them reads the same when packed",
          "[journal]") {
  const Journal journal;
  std::mt19937 random(2);
  const auto path = one_segment(journal, [&](JournalWriter& writer) {
    for (int i = 0; i < 28'000; ++i) {
      const auto series = i < 8'000 ? i % 200 : static_cast<int>(random() % 200);
      writer.append_point(writer.intern("layer/" + std::to_string(series)), i, float_noise(random));
      if (i % 997 == 0) writer.append(ParamEntry{"p" + std::to_string(i), std::int64_t{i}});
      if (i % 4001 == 0) writer.append(NoteEntry{std::string(i % 300, 'x'), {}});
    }
  });
  check_packs_alike(path, 4999);
}

TEST_CASE("a packed segment goes on from a cursor at any record", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 300; ++i) {
      writer.append_point(writer.intern("m" + std::to_string(i / 40)), i, i * 0.5);
      if (i % 20 == 3) writer.append(NoteEntry{std::string(static_cast<std::size_t>(i), 'n'), {}});
      if (i % 90 == 50) writer.append(AnchorEntry{i * 1'000'000, i * 7'000'000});
    }
  });
  check_packs_alike(path, 1);
}

TEST_CASE("values and steps survive packing bit for bit", "[journal]") {
  const Journal journal;
  const auto nan = std::bit_cast<double>(0x7ff8'0000'dead'beefULL);
  const auto signalling = std::bit_cast<double>(0xfff0'0000'0000'0001ULL);
  const double values[] = {0.0, -0.0, 0.1, nan, signalling, HUGE_VAL, -HUGE_VAL, 5e-324};
  const std::int64_t steps[] = {
      5, 4, 4, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min(),
      0, -1};
  const auto path = one_segment(journal, [&](JournalWriter& writer) {
    for (std::size_t i = 0; i < 20'000; ++i)
      writer.append_point(writer.intern("odd"), steps[i % 7], values[i % 8]);
  });
  check_packs_alike(path, 1999);
}

TEST_CASE("records that fail their checksum are passed over and counted after packing, too",
          "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 400; ++i) {
      writer.append_point(writer.intern("m" + std::to_string(i % 5)), i, i * 0.5);
      if (i % 50 == 3) writer.append(NoteEntry{"some text that takes more than a slot", {}});
    }
  });
  const auto offsets = track_test::record_offsets(path);
  SegmentBytes bytes(path);
  std::mt19937 random(3);
  for (int i = 0; i < 25; ++i) {
    const auto record = offsets[random() % (offsets.size() - 1)];
    bytes.bytes[record + random() % 32] ^= 0x10;
  }
  bytes.bytes[offsets[0] + 34] ^= 1;  // the name of the first series
  bytes.bytes[offsets[399] + 5] ^= 1;
  bytes.bytes[offsets[400] + 5] ^= 1;
  bytes.write_to(path);
  const auto invalid = read_segment(read_segment_info(path).value(), 0).invalid_records;
  CHECK(invalid > 80);
  const auto pair = check_packs_alike(path, 1);
  CHECK(read_segment(pair.packed, 0).invalid_records == invalid);
}

TEST_CASE("a packed segment of another boot reads to its end", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 1000; ++i) writer.append_point(writer.intern("loss"), i, i);
  });
  SegmentBytes bytes(path);
  auto header = bytes.header();
  format::put_text(header.boot, "00000000-0000-4000-8000-000000000000");
  bytes.put_header(header);
  bytes.write_to(path);
  const auto pair = check_packs_alike(path, 100);
  CHECK(pair.packed.other_boot);
  CHECK(read_segment(pair.packed, 0).sealed);
}

TEST_CASE("a reader that was given a raw segment goes on with the packed one", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 10'000; ++i) writer.append_point(writer.intern("loss"), i, i);
  });
  const auto info = read_segment_info(path).value();
  REQUIRE_FALSE(info.packed);
  const auto first = read_segment(info, 0, 3000);
  REQUIRE(pack(path) > 0);
  const auto rest = read_segment(info, first.to);
  CHECK(rest.to == info.committed);
  CHECK(rest.sealed);
  REQUIRE(rest.points.at(0).steps.size() == 7000);
  CHECK(rest.points[0].steps.front() == 3000);
  CHECK(rest.points[0].steps.back() == 9999);
}

TEST_CASE("nothing is packed that is not sealed, is packed already, or holds mostly other things",
          "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  writer->append_point(writer->intern("loss"), 0, 0);
  std::vector<std::string> problems;
  const auto open = list_segments(journal.path(), problems).at(0);
  CHECK(pack(open.path) == 0);
  CHECK_FALSE(read_segment_info(open.path)->packed);
  CHECK_THROWS_AS(pack(journal.path() / "none.seg"), track::Error);

  const Journal text;
  const auto path = one_segment(text, [](JournalWriter& notes) {
    for (int i = 0; i < 1000; ++i) notes.append(NoteEntry{std::string(900, 'x'), {}});
  });
  CHECK(pack(path) == 0);
  CHECK_FALSE(read_segment_info(path)->packed);

  const Journal points;
  const auto once = one_segment(points, [](JournalWriter& more) {
    for (int i = 0; i < 1000; ++i) more.append_point(more.intern("loss"), i, i);
  });
  CHECK(pack(once) > 0);
  CHECK(pack(once) == 0);
  CHECK(read_segment_info(once)->packed);
}

TEST_CASE("packing leaves nothing beside, and keeps the mode", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 30'000; ++i) writer.append_point(writer.intern("loss"), i, i);
  });
  {
    const auto abandoned = journal::SegmentPacker::open(path, 0600);
    for (int i = 0; i < 3; ++i) REQUIRE(abandoned->step());
  }
  CHECK_FALSE(read_segment_info(path)->packed);
  REQUIRE(pack(path) > 0);
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(journal.path()), {}) == 1);
}

TEST_CASE("a segment that was ingested while it was packed does not come back", "[journal]") {
  const Journal journal;
  const auto path = one_segment(journal, [](JournalWriter& writer) {
    for (int i = 0; i < 10'000; ++i) writer.append_point(writer.intern("loss"), i, i);
  });
  const auto packer = journal::SegmentPacker::open(path, 0600);
  REQUIRE(packer->step());
  std::filesystem::remove(path);
  while (packer->step()) {
  }
  CHECK(packer->saved() == 0);
  CHECK(std::filesystem::is_empty(journal.path()));
}
