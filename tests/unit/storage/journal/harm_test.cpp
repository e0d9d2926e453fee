#include <sys/mount.h>
#include <sys/resource.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "journal_fixture.hpp"
#include "small_disk.hpp"
#include "track/schemas/error.hpp"

using namespace track::storage;
using track::schemas::GapEntry;
using track::schemas::ParamEntry;
using track::schemas::RunEndEntry;
using track_test::ChildProcess;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;
using track_test::SmallDisk;

namespace {

struct Kept {
  std::uint64_t points = 0;
  std::uint64_t refused = 0;
};

Kept append_many(JournalWriter& writer, int count) {
  Kept kept;
  const auto series = writer.intern("loss");
  for (int i = 0; i < count; ++i)
    ++(writer.append_point(series, i, i) ? kept.points : kept.refused);
  return kept;
}

}  // namespace

TEST_CASE("on a full disk training goes on, the loss is counted, params and the end are kept",
          "[journal]") {
  const SmallDisk disk;
  if (!disk.mounted()) return;
  for (const bool drained : {false, true}) {
    const Journal journal;
    auto options = disk.options(journal, drained);
    Kept kept;
    {
      const auto writer = JournalWriter::open(options);
      std::ofstream(disk.path() / "ballast") << std::string(300 << 10, 'x');
      kept = append_many(*writer, 100'000);
      CHECK(kept.refused > 0);
      CHECK(kept.points > 5000);
      CHECK(writer->append(ParamEntry{"lr", 0.5}));
      std::thread([&] { CHECK(writer->append(RunEndEntry{})); }).join();
      const auto stats = writer->stats();
      CHECK(stats.points == kept.points);
      CHECK(stats.dropped == kept.refused);
      CHECK(stats.last_error.find("No space left") != std::string::npos);
    }
    const auto content = read_journal(options.directory);
    CHECK(content.invalid == 0);
    CHECK(content.point_count == kept.points);
    CHECK(content.dropped == kept.refused);
    CHECK(entries_of<ParamEntry>(content).size() == 1);
    CHECK(entries_of<RunEndEntry>(content).size() == 1);
    std::uint64_t told = 0;
    for (const auto& gap : entries_of<GapEntry>(content)) told += gap.dropped;
    CHECK(told == kept.refused);
    std::filesystem::remove_all(options.directory);
    std::filesystem::remove(disk.path() / "ballast");
  }
}

TEST_CASE("whoever waits on a full disk goes on once there is room, and loses nothing",
          "[journal]") {
  const SmallDisk disk;
  if (!disk.mounted()) return;
  for (const bool drained : {false, true}) {
    const Journal journal;
    auto options = disk.options(journal, drained);
    options.block_ms = 100'000;
    const auto ballast = disk.path() / "ballast";
    {
      const auto writer = JournalWriter::open(options);
      std::ofstream(ballast) << std::string(600 << 10, 'x');
      std::thread training([&] { CHECK(append_many(*writer, 20'000).refused == 0); });
      while (writer->stats().last_error.empty()) std::this_thread::yield();
      std::filesystem::remove(ballast);
      training.join();
      CHECK(writer->stats().dropped == 0);
    }
    CHECK(read_journal(options.directory).point_count == 20'000);
    std::filesystem::remove_all(options.directory);
  }
}

TEST_CASE("a store on a full disk cannot be opened, and says why", "[journal]") {
  const SmallDisk disk;
  if (!disk.mounted()) return;
  const Journal journal;
  auto options = journal.options();
  options.directory = disk.path() / journal.run.value;
  {
    std::ofstream ballast(disk.path() / "ballast");
    ballast << std::string(2 << 20, 'x');
  }
  std::filesystem::create_directory(options.directory);
  try {
    static_cast<void>(JournalWriter::open(options));
    FAIL("no error");
  } catch (const track::Error& error) {
    CHECK(error.code() == track::ErrorCode::no_space);
  }
  CHECK(std::filesystem::is_empty(options.directory));
}

TEST_CASE("a journal whose directory is removed drops, counts, and takes up again", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  REQUIRE(append_many(*writer, 100).refused == 0);
  std::filesystem::remove_all(journal.path());
  writer->service();  // looks each second, the first time at once
  const auto kept = append_many(*writer, 100);
  CHECK(kept.points == 0);
  CHECK_FALSE(writer->append(ParamEntry{"lr", 0.5}));
  CHECK(writer->stats().dropped == 100);
  CHECK(writer->stats().lost_entries == 1);
  CHECK(writer->stats().last_error.find("No such file") != std::string::npos);
  CHECK_THROWS_AS(writer->sync(), track::Error);
  CHECK_FALSE(std::filesystem::exists(journal.path()));
  std::filesystem::create_directory(journal.path());
  while (!writer->append_point(writer->intern("loss"), 7, 7)) std::this_thread::yield();
  CHECK(read_journal(journal.path()).points.at("loss").steps == std::vector<std::int64_t>{7});
}

TEST_CASE("without a helper a journal that was removed is noticed when its segment is full",
          "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  REQUIRE(append_many(*writer, 100).refused == 0);
  std::filesystem::remove_all(journal.path());
  const auto kept = append_many(*writer, 100'000);
  CHECK(kept.points < 3000);
  CHECK(writer->stats().dropped == kept.refused);
}

TEST_CASE("a directory that may no longer be written to stops no loop", "[journal]") {
  const Journal journal;
  std::filesystem::permissions(journal.directory.path(), std::filesystem::perms::all);
  ChildProcess child([&] {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 4;
    const auto writer = JournalWriter::open(journal.options());
    const auto before = append_many(*writer, 100);
    std::filesystem::permissions(journal.path(), std::filesystem::perms::none);
    const auto after = append_many(*writer, 20'000);
    std::filesystem::permissions(journal.path(), std::filesystem::perms::owner_all);
    if (before.refused != 0 || after.refused == 0) return 1;
    const auto stats = writer->stats();
    if (stats.dropped != after.refused) return 2;
    return stats.last_error.find("Permission denied") == std::string::npos ? 3 : 0;
  });
  CHECK(child.wait() == 0);
}

TEST_CASE("the limit on file sizes drops points and sends no signal", "[journal]") {
  for (const bool drained : {false, true}) {
    const Journal journal;
    ChildProcess child([&] {
      const rlimit limit{100 << 10, 100 << 10};
      setrlimit(RLIMIT_FSIZE, &limit);
      auto options = journal.options();
      options.drained = drained;
      options.max_segment = 64 << 10;
      const auto small = JournalWriter::open(options);
      if (append_many(*small, 10'000).refused != 0) return 1;
      options.directory = journal.directory / "large";
      options.first_segment = options.max_segment = 256 << 10;
      if (drained) return append_many(*JournalWriter::open(options), 10'000).refused > 0 ? 0 : 2;
      try {
        static_cast<void>(JournalWriter::open(options));
      } catch (const track::Error&) {
        return 0;
      }
      return 3;
    });
    CHECK(child.wait() == 0);
  }
}

TEST_CASE("segments that are written out hold the same as segments that are mapped", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.drained = true;
  options.max_segment = 256 << 10;
  {
    const auto writer = JournalWriter::open(options);
    const auto first = append_many(*writer, 100);
    REQUIRE(first.refused == 0);
    // Nobody serves: each point is in the file once append_point() returned.
    CHECK(read_journal(journal.path()).point_count == 100);
    writer->service();
    CHECK(append_many(*writer, 50'000).refused == 0);
    REQUIRE(writer->append(ParamEntry{"lr", 0.5}));
    CHECK(entries_of<ParamEntry>(read_journal(journal.path())).size() == 1);
    writer->sync();
    CHECK(read_journal(journal.path()).point_count == 50'100);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 50'100);
  CHECK(content.invalid == 0);
  for (const auto& segment : content.segments) CHECK(segment.sealed);
}

TEST_CASE("a drained segment without a helper loses no accepted point to SIGKILL", "[journal]") {
  const track_test::Shared<std::atomic<std::uint64_t>> accepted;
  const Journal journal;
  auto options = journal.options();
  options.drained = true;
  ChildProcess child([&] {
    const auto writer = JournalWriter::open(options);
    const auto series = writer->intern("loss");
    for (std::int64_t step = 0; writer->append_point(series, step, 0); ++step)
      accepted->fetch_add(1);
    return 1;
  });
  while (*accepted < 5000) std::this_thread::yield();
  child.kill();
  CHECK(read_journal(journal.path()).point_count >= *accepted);
}

TEST_CASE("what a drained journal cannot write out in the end is counted as lost", "[journal]") {
  const Journal journal;
  ChildProcess child([&] {
    auto options = journal.options();
    options.drained = true;
    const auto writer = JournalWriter::open(options);
    writer->service();  // whoever is served may keep points in memory
    if (append_many(*writer, 100).refused != 0) return 1;
    const rlimit limit{4 << 10, 4 << 10};
    setrlimit(RLIMIT_FSIZE, &limit);
    writer->append(ParamEntry{"lr", 0.5});  // kept in memory, and tried again
    writer->close();
    const auto stats = writer->stats();
    if (stats.dropped + read_journal(journal.path()).point_count != 100) return 3;
    return stats.dropped > 0 && stats.lost_entries > 0 ? 0 : 4;
  });
  CHECK(child.wait() == 0);
  CHECK(read_journal(journal.path()).invalid == 0);
}
