#include "track/storage/journal/reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "journal_fixture.hpp"
#include "segment_bytes.hpp"
#include "track/schemas/error.hpp"

using namespace track::storage;
namespace format = track::storage::journal;
using track::schemas::AnchorEntry;
using track::schemas::NoteEntry;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;
using track_test::SegmentBytes;

namespace {

constexpr auto k_other_boot = "00000000-0000-4000-8000-000000000000";

/// A journal of one sealed segment with `points` points of three series and some notes.
std::filesystem::path write_segment(const Journal& journal, int points,
                                    std::size_t bytes = 256 << 10) {
  auto options = journal.options();
  options.first_segment = bytes;
  {
    const auto writer = JournalWriter::open(options);
    for (int i = 0; i < points; ++i) {
      writer->append_point(writer->intern("m" + std::to_string(i % 3)), i, i * 0.5);
      if (i % 50 == 0) writer->append(NoteEntry{"note " + std::to_string(i), {}});
    }
  }
  std::vector<std::string> problems;
  const auto segments = list_segments(journal.path(), problems);
  REQUIRE(segments.size() == 1);
  return segments[0].path;
}

void pretend_reboot(SegmentBytes& segment) {
  auto header = segment.header();
  format::put_text(header.boot, k_other_boot);
  segment.put_header(header);
}

/// Every point that is there must be one that was logged.
void check_nothing_invented(const track_test::JournalContent& content, std::int64_t points) {
  std::set<std::int64_t> seen;
  for (const auto& [name, columns] : content.points) {
    for (std::size_t i = 0; i < columns.steps.size(); ++i) {
      const auto step = columns.steps[i];
      REQUIRE(step >= 0);
      REQUIRE(step < points);
      REQUIRE(name == "m" + std::to_string(step % 3));
      REQUIRE(columns.values[i] == static_cast<double>(step) * 0.5);
      REQUIRE(seen.insert(step).second);
    }
  }
}

}  // namespace

TEST_CASE("a directory that is missing, or holds other things, has no segments", "[journal]") {
  const Journal journal;
  std::vector<std::string> problems;
  CHECK(list_segments(journal.path(), problems).empty());
  CHECK(problems.empty());
  std::filesystem::create_directory(journal.path());
  std::ofstream(journal.path() / "x.live") << "";
  std::ofstream(journal.path() / "x.tmp") << "";
  CHECK(list_segments(journal.path(), problems).empty());
  CHECK(problems.empty());
  std::ofstream(journal.path() / "short.seg") << "TRKJRNL\n";
  std::ofstream(journal.path() / "zero.seg") << std::string(8192, '\0');
  std::filesystem::create_symlink("/dev/zero", journal.path() / "link.seg");
  std::filesystem::create_directory(journal.path() / "directory.seg");
  CHECK(list_segments(journal.path(), problems).empty());
  CHECK(problems.size() == 4);
}

TEST_CASE("runs are listed by their directories", "[journal]") {
  const Journal journal;
  CHECK(list_journal_runs(journal.directory / "missing").empty());
  std::filesystem::create_directory(journal.path());
  std::filesystem::create_directory(journal.directory / "not a run");
  std::ofstream(journal.directory / track::RunId::random().value) << "a file";
  CHECK(list_journal_runs(journal.directory.path()) == std::vector{journal.run});
}

TEST_CASE("a newer major version is refused and says so; a newer minor one is read", "[journal]") {
  const Journal journal;
  const auto path = write_segment(journal, 10);
  SegmentBytes segment(path);
  auto header = segment.header();
  header.minor = 77;
  segment.put_header(header);
  segment.write_to(path);
  CHECK(read_journal(journal.path()).point_count == 10);
  header.major = format::k_major + 1;
  segment.put_header(header);
  segment.write_to(path);
  CHECK_THROWS_AS(read_segment_info(path), track::Error);
  const auto content = read_journal(journal.path());
  CHECK(content.segments.empty());
  REQUIRE(content.problems.size() == 1);
  CHECK(content.problems[0].find("newer") != std::string::npos);
}

TEST_CASE("a record that is damaged is counted and passed over", "[journal]") {
  const Journal journal;
  constexpr int k_points = 1000;
  const auto path = write_segment(journal, k_points);
  const SegmentBytes original(path);
  const auto committed = original.get<std::uint64_t>(format::k_committed_at);
  std::mt19937 random(20240917);
  std::uint64_t damaged = 0;
  for (int round = 0; round < 300; ++round) {
    auto segment = original;
    for (int flips = 0; flips <= round % 4; ++flips) {
      const auto at =
          std::uniform_int_distribution<std::size_t>(format::k_header_size, committed - 1)(random);
      segment.bytes[at] = static_cast<char>(segment.bytes[at] ^ (1 << (round % 8)));
    }
    segment.write_to(path);
    const auto content = read_journal(journal.path());
    const auto notes = entries_of<NoteEntry>(content).size();
    // What pads a payload says nothing, and may say anything.
    REQUIRE((content.invalid >= 1 || (content.point_count == k_points && notes == 20)));
    REQUIRE(content.segments.at(0).committed == committed);
    check_nothing_invented(content, k_points);
    damaged += content.invalid;
  }
  CHECK(damaged >= 300);
}

TEST_CASE("a header with any one bit changed never brings a point that was not logged",
          "[journal]") {
  const Journal journal;
  constexpr int k_points = 100;
  const auto path = write_segment(journal, k_points, 16 << 10);
  const SegmentBytes original(path);
  for (std::size_t bit = 0; bit < (format::k_directory_at + 8) * 8; ++bit) {
    auto segment = original;
    segment.bytes[bit / 8] = static_cast<char>(segment.bytes[bit / 8] ^ (1 << (bit % 8)));
    segment.write_to(path);
    check_nothing_invented(read_journal(journal.path()), k_points);
    check_nothing_invented(read_journal(journal.path(), 7), k_points);
  }
}

TEST_CASE("a file that was cut short ends without a signal, and the reading of it ends too",
          "[journal]") {
  const Journal journal;
  const auto path = write_segment(journal, 1000);
  std::vector<std::string> problems;
  const auto info = list_segments(journal.path(), problems).at(0);
  for (const std::uintmax_t size : {30'000U, 8192U, 5000U, 4096U}) {
    std::filesystem::resize_file(path, size);
    const auto batch = read_segment(info, 0);
    CHECK(batch.to <= info.committed);
    check_nothing_invented(read_journal(journal.path()), 1000);
  }
  std::filesystem::resize_file(path, 100);
  CHECK_THROWS_AS(read_segment(info, 0), track::Error);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(read_segment(info, 0), track::Error);
}

TEST_CASE("records do not pass in another place or another segment", "[journal]") {
  const Journal journal;
  const auto path = write_segment(journal, 200);
  SegmentBytes segment(path);
  const auto committed = segment.get<std::uint64_t>(format::k_committed_at);
  SECTION("moved by a slot") {
    std::copy_backward(segment.bytes.begin() + format::k_header_size,
                       segment.bytes.begin() + static_cast<std::ptrdiff_t>(committed) - 32,
                       segment.bytes.begin() + static_cast<std::ptrdiff_t>(committed));
  }
  SECTION("another salt") {
    auto header = segment.header();
    header.salt ^= 1;
    segment.put_header(header);
  }
  SECTION("zeros") {
    std::fill(segment.bytes.begin() + format::k_header_size, segment.bytes.end(), '\0');
  }
  segment.write_to(path);
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 0);
  CHECK(content.invalid > 200);
}

TEST_CASE("after a reboot the committed length is not believed", "[journal]") {
  const Journal journal;
  constexpr int k_points = 1000;
  const auto path = write_segment(journal, k_points);
  SegmentBytes segment(path);
  pretend_reboot(segment);
  const auto committed = segment.get<std::uint64_t>(format::k_committed_at);
  for (const std::uint64_t claimed : {std::uint64_t{0}, std::uint64_t{4096}, std::uint64_t{4097},
                                      committed / 64 * 32, UINT64_MAX}) {
    segment.put(format::k_committed_at, claimed);
    segment.write_to(path);
    const auto content = read_journal(journal.path());
    REQUIRE(content.segments.size() == 1);
    CHECK(content.segments[0].other_boot);
    CHECK(content.segments[0].committed == committed);
    CHECK(content.point_count == k_points);
    CHECK(content.invalid == 0);
  }
}

TEST_CASE("what was synced survives lost and torn sectors behind it", "[journal]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr int k_points = 3000;
  constexpr std::size_t k_sector = 512;
  for (int round = 0; round < 40; ++round) {
    const Journal journal;
    auto options = journal.options();
    options.first_segment = 256 << 10;
    const int synced = std::uniform_int_distribution<int>(0, k_points - 1)(random);
    std::filesystem::path path;
    {
      const auto writer = JournalWriter::open(options);
      for (int i = 0; i < k_points; ++i) {
        if (i == synced) writer->sync();
        REQUIRE(writer->append_point(writer->intern("m" + std::to_string(i % 3)), i, i * 0.5));
      }
      std::vector<std::string> problems;
      path = list_segments(journal.path(), problems).at(0).path;
    }
    SegmentBytes segment(path);
    const auto durable = segment.get<std::uint64_t>(format::k_durable_at);
    REQUIRE(durable >= format::k_header_size + static_cast<std::uint64_t>(synced) * 32);
    pretend_reboot(segment);
    if (round % 2 == 0) segment.put(format::k_committed_at, durable);
    for (std::size_t at = format::round_up(durable, k_sector);
         at + k_sector <= segment.bytes.size(); at += k_sector) {
      const auto fate = random() % 4;
      if (fate == 0)
        std::fill_n(segment.bytes.begin() + static_cast<std::ptrdiff_t>(at), k_sector, '\0');
      if (fate == 1) {
        for (std::size_t i = 0; i < k_sector; ++i)
          segment.bytes[at + i] = static_cast<char>(random());
      }
    }
    segment.write_to(path);
    const auto content = read_journal(journal.path());
    check_nothing_invented(content, k_points);
    std::set<std::int64_t> found;
    for (const auto& [name, columns] : content.points)
      found.insert(columns.steps.begin(), columns.steps.end());
    for (int step = 0; step < synced; ++step) REQUIRE(found.count(step) == 1);
  }
}

TEST_CASE("an anchor dates what follows it, wherever reading starts", "[journal]") {
  const Journal journal;
  constexpr std::int64_t k_hour_ns = 3'600'000'000'000;
  {
    const auto writer = JournalWriter::open(journal.options());
    REQUIRE(writer->append_point(writer->intern("a"), 0, 0));
    REQUIRE(writer->append(AnchorEntry{0, -10 * k_hour_ns}));
    REQUIRE(writer->append_point(writer->intern("a"), 1, 0));
    REQUIRE(writer->append(AnchorEntry{0, 10 * k_hour_ns}));
    REQUIRE(writer->append_point(writer->intern("b"), 2, 0));
    REQUIRE(writer->append_point(writer->intern("a"), 3, 0));
  }
  const auto whole = read_journal(journal.path());
  const auto parts = read_journal(journal.path(), 1);
  const auto& a = whole.points.at("a").times_ms;
  REQUIRE(a.size() == 3);
  CHECK(std::abs(a[2] - a[1] - 20 * 3'600'000) < 60'000);
  CHECK(parts.points.at("a").times_ms == a);
  CHECK(parts.points.at("b").times_ms == whole.points.at("b").times_ms);
}

TEST_CASE("links that lie cost a pass over the segment and nothing else", "[journal]") {
  const Journal journal;
  const auto path = write_segment(journal, 300);
  const SegmentBytes original(path);
  for (const std::uint64_t link : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{4096 + 32},
                                   std::uint64_t{1} << 40, UINT64_MAX, std::uint64_t{8192}}) {
    auto segment = original;
    segment.put(format::k_directory_at, link);
    segment.write_to(path);
    const auto content = read_journal(journal.path(), 10);
    check_nothing_invented(content, 300);
    if (link != 0) CHECK(content.point_count == 300);
  }
}

TEST_CASE("a kind of a newer minor version is kept and passed over", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    REQUIRE(writer->append(
        track::schemas::UnknownEntry{200, 3, std::vector<std::byte>(100, std::byte{7})}));
    REQUIRE(writer->append_point(writer->intern("loss"), 1, 1));
  }
  const auto content = read_journal(journal.path());
  const auto unknown = entries_of<track::schemas::UnknownEntry>(content);
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].kind == 200);
  CHECK(unknown[0].version == 3);
  CHECK(unknown[0].payload.size() == 100);
  CHECK(content.point_count == 1);
}
