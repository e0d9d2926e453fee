#include "journal/packed_file.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <random>

#include "journal/interleave.hpp"
#include "journal_fixture.hpp"
#include "packing.hpp"
#include "segment_bytes.hpp"
#include "track/schemas/error.hpp"
#include "track_test/code_of.hpp"

using namespace track::storage;
namespace format = track::storage::journal;
using track::schemas::NoteEntry;
using track_test::Journal;
using track_test::SegmentBytes;

namespace {

constexpr std::int64_t k_points = 12'000;

/// A packed segment of two series and some notes: point i is of step i and value i / 2.
std::filesystem::path packed_segment(const Journal& journal) {
  auto options = journal.options();
  options.first_segment = 512UL << 10U;
  {
    const auto writer = JournalWriter::open(options);
    for (std::int64_t i = 0; i < k_points; ++i) {
      writer->append_point(writer->intern(i % 3 == 0 ? "a" : "b"), i, static_cast<double>(i) / 2);
      if (i % 1000 == 0) writer->append(NoteEntry{"note", {}});
    }
  }
  std::vector<std::string> problems;
  const auto path = list_segments(journal.path(), problems).at(0).path;
  REQUIRE(track_test::pack(path) > 0);
  return path;
}

/// Whatever was done to it, what is read was logged, once, and what is missing is counted.
/// Answers how many points there were; nothing where it was refused.
std::optional<std::uint64_t> read_damaged(const std::filesystem::path& path) {
  try {
    const auto info = read_segment_info(path);
    if (!info) return std::nullopt;
    const auto batch = read_segment(*info, 0);
    std::vector<bool> seen(k_points);
    std::uint64_t points = 0;
    std::uint64_t invented = 0;
    for (const auto& columns : batch.points) {
      for (std::size_t i = 0; i < columns.steps.size(); ++i, ++points) {
        const auto step = columns.steps[i];
        const bool logged = step >= 0 && step < k_points && !seen[static_cast<std::size_t>(step)] &&
                            columns.series.name == (step % 3 == 0 ? "a" : "b") &&
                            columns.values[i] == static_cast<double>(step) / 2;
        invented += logged ? 0 : 1;
        if (logged) seen[static_cast<std::size_t>(step)] = true;
      }
    }
    CHECK(invented == 0);
    CHECK((batch.invalid_records > 0) == (points < k_points || batch.entries.size() < 12));
    return points;
  } catch (const track::Error&) {
    return std::nullopt;
  }
}

void write_bytes(const std::filesystem::path& path, const std::vector<char>& bytes,
                 std::size_t count) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(count));
}

}  // namespace

TEST_CASE("a packed segment that was cut short is refused", "[journal]") {
  const Journal journal;
  const auto path = packed_segment(journal);
  const SegmentBytes whole(path);
  CHECK(read_damaged(path) == std::uint64_t{k_points});
  const auto size = whole.bytes.size();
  for (const std::size_t count : {std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{319},
                                  std::size_t{320}, size / 2, size - 1}) {
    INFO(count);
    write_bytes(path, whole.bytes, count);
    CHECK_FALSE(read_damaged(path));
  }
}

TEST_CASE("a packed segment with a flipped bit invents nothing", "[journal]") {
  const Journal journal;
  const auto path = packed_segment(journal);
  const SegmentBytes whole(path);
  std::mt19937 random(5);
  std::uint64_t refused = 0;
  std::uint64_t in_part = 0;
  for (int i = 0; i < 400; ++i) {
    auto damaged = whole;
    const auto bits = damaged.bytes.size() * 8;
    const auto bit = i < 100 ? random() % (320 * 8) : random() % bits;
    INFO("bit " << bit);
    damaged.bytes[bit / 8] = static_cast<char>(damaged.bytes[bit / 8] ^ (1 << (bit % 8)));
    damaged.write_to(path);
    const auto points = read_damaged(path);
    refused += points ? 0 : 1;
    in_part += points && *points < k_points ? 1 : 0;
  }
  CHECK(refused > 50);
  CHECK(in_part > 50);
}

TEST_CASE("a damaged chunk costs its own points, and no others", "[journal]") {
  const Journal journal;
  const auto path = packed_segment(journal);
  auto bytes = SegmentBytes(path);
  bytes.bytes[format::k_packed_header_size + 200] ^= 1;  // notes aside, chunks come first
  bytes.write_to(path);
  const auto batch = read_segment(read_segment_info(path).value(), 0);
  CHECK(batch.invalid_records > 0);
  CHECK(batch.to == read_segment_info(path)->committed);
  CHECK(read_damaged(path).value_or(0) + batch.invalid_records >= k_points);
}

TEST_CASE("a packed segment of a newer version is refused by name", "[journal]") {
  const Journal journal;
  const auto path = packed_segment(journal);
  auto bytes = SegmentBytes(path);
  auto header = bytes.get<format::PackedHeader>(0);
  ++header.major;
  header.crc = packed_header_crc(header);
  bytes.put(0, header);
  bytes.write_to(path);
  CHECK(track_test::code_of([&] { static_cast<void>(read_segment_info(path)); }) ==
        track::ErrorCode::unsupported);
  std::vector<std::string> problems;
  CHECK(list_segments(journal.path(), problems).empty());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("newer") != std::string::npos);
}

TEST_CASE("an interleave comes back as it was, of however many columns", "[journal]") {
  Compressor compressor;
  std::mt19937 random(6);
  for (const std::uint32_t count : {1U, 2U, 256U, 257U, 65'536U, 65'537U, 16'000'000U}) {
    for (const std::size_t points : {std::size_t{1}, std::size_t{100}, std::size_t{65'536}}) {
      INFO(count << " columns, " << points << " points");
      std::vector<std::uint32_t> columns(points, count - 1);
      for (auto& column : columns)
        if (points > 1) column = static_cast<std::uint32_t>(random() % count);
      auto bytes = format::encode_interleave(columns, compressor);
      std::vector<std::uint32_t> back(points);
      REQUIRE(format::decode_interleave(bytes, count, back));
      CHECK(back == columns);
      CHECK_FALSE(
          format::decode_interleave(bytes, *std::max_element(back.begin(), back.end()), back));
      bytes.pop_back();
      CHECK_FALSE(format::decode_interleave(bytes, count, back));
    }
  }
  std::vector<std::uint32_t> turns(65'536);
  for (std::size_t i = 0; i < turns.size(); ++i) turns[i] = static_cast<std::uint32_t>(i % 200);
  CHECK(format::encode_interleave(turns, compressor).size() < turns.size() / 50);
}

TEST_CASE("a directory comes back as it was, and adds up", "[journal]") {
  format::PackedHeader header;
  header.directory_at = 100'000;
  header.committed = format::k_header_size + 32 * (2 + 5000 + 3 + 70'000);
  format::PackedDirectory directory;
  directory.breaks = {{.points_before = 0,
                       .kind = 2,
                       .version = 1,
                       .time = -5,
                       .slots = 2,
                       .payload = {400, 17, 99}},
                      {.points_before = 5000, .slots = 3}};
  directory.points_after = 70'000;
  directory.columns = {{.named_by = 0, .points = 75'000, .chunks = {}}};
  directory.columns[0].chunks.resize(19, {.at = 500, .size = 3, .crc = 7});
  directory.interleave.resize(2, {.at = 600, .size = 3, .crc = 8});
  const auto bytes = directory.encode();
  const auto back = format::PackedDirectory::parse(bytes, header);
  REQUIRE(back);
  CHECK(back->encode() == bytes);
  CHECK(back->points() == 75'000);
  CHECK(back->breaks[0].time == -5);

  const auto refused = [&](auto change) {
    auto other = directory;
    change(other);
    return !format::PackedDirectory::parse(other.encode(), header);
  };
  CHECK(refused([](auto& other) { other.points_after = 69'999; }));
  CHECK(refused([](auto& other) { other.breaks[1].slots = 4; }));
  CHECK(refused([](auto& other) { other.breaks[1].points_before = UINT64_MAX; }));
  CHECK(refused([](auto& other) { other.breaks[0].kind = format::k_point_kind; }));
  CHECK(refused([](auto& other) { other.breaks[0].payload.at = 319; }));
  CHECK(refused([](auto& other) { other.columns[0].named_by = 1; }));
  CHECK(refused([](auto& other) { other.columns[0].points = 74'999; }));
  CHECK(refused([](auto& other) { other.columns[0].chunks.pop_back(); }));
  CHECK(refused([](auto& other) { other.columns[0].chunks[3].at = 100'001; }));
  CHECK(refused([](auto& other) { other.columns.clear(); }));
  CHECK(refused([](auto& other) { other.interleave.pop_back(); }));
  CHECK(refused([](auto& other) { other.interleave[0].size = 99'500; }));
  header.committed += 32;
  CHECK_FALSE(format::PackedDirectory::parse(bytes, header));
}
