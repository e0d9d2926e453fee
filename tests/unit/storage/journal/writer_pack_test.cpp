#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <thread>

#include "child_process.hpp"
#include "journal_fixture.hpp"
#include "packing.hpp"
#include "segment_bytes.hpp"
#include "small_disk.hpp"
#include "track/storage/journal/helper.hpp"

using namespace track::storage;
using track_test::ChildProcess;
using track_test::Journal;
using track_test::read_journal;
using track_test::SegmentBytes;
using track_test::SmallDisk;

namespace {

/// Segments that are quickly full, all of them worth packing.
JournalOptions small_segments(JournalOptions options) {
  options.first_segment = options.max_segment = options.pack_from = 128UL << 10U;
  return options;
}

double loss_at(std::int64_t step) {
  return static_cast<double>(static_cast<float>(2 + std::sin(static_cast<double>(step))));
}

/// The steps from `from` to `to`, while a helper has its turn now and then.
void log_steps(JournalWriter& writer, std::int64_t from, std::int64_t to) {
  for (auto step = from; step < to; ++step) {
    REQUIRE(writer.append_point(writer.intern("loss"), step, loss_at(step)));
    if (step % 1000 == 0) writer.service();
  }
}

void serve_to_the_end(JournalWriter& writer) {
  while (writer.service()) {
  }
}

std::size_t packed_count(const track_test::JournalContent& content) {
  std::size_t count = 0;
  for (const auto& segment : content.segments) count += segment.packed ? 1 : 0;
  return count;
}

void check_steps(const track_test::JournalContent& content, std::int64_t count) {
  CHECK(content.problems.empty());
  CHECK(content.invalid == 0);
  const auto& columns = content.points.at("loss");
  REQUIRE(columns.steps.size() == static_cast<std::size_t>(count));
  std::int64_t wrong = 0;
  for (std::int64_t step = 0; step < count; ++step) {
    const auto i = static_cast<std::size_t>(step);
    wrong += columns.steps[i] != step || columns.values[i] != loss_at(step) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a helper packs what is sealed, and leaves what is still written to", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(small_segments(journal.options()));
  log_steps(*writer, 0, 50'000);
  serve_to_the_end(*writer);
  const auto content = read_journal(journal.path());
  check_steps(content, 50'000);
  CHECK(content.segments.size() > 12);
  CHECK(packed_count(content) == content.segments.size() - 1);
  CHECK(writer->stats().packed == packed_count(content));
  CHECK_FALSE(content.segments.back().packed);
  CHECK(std::filesystem::file_size(content.segments[3].path) < (128U << 10U) / 6);
  CHECK(writer->stats().dropped == 0);
}

TEST_CASE("small segments, drained ones, and those of a writer that is told not to stay raw",
          "[journal]") {
  for (const int how : {0, 1, 2}) {
    const Journal journal;
    auto options = small_segments(journal.options());
    if (how == 0) ++options.pack_from;
    if (how == 1) options.drained = true;
    if (how == 2) options.pack_from = 0;
    const auto writer = JournalWriter::open(options);
    log_steps(*writer, 0, 20'000);
    serve_to_the_end(*writer);
    CHECK(writer->stats().packed == 0);
    const auto content = read_journal(journal.path());
    check_steps(content, 20'000);
    CHECK(packed_count(content) == 0);
  }
}

TEST_CASE("what packing gives back counts as room below the cap", "[journal]") {
  const Journal journal;
  auto options = small_segments(journal.options());
  options.cap = 1UL << 20U;
  const auto writer = JournalWriter::open(options);
  for (std::int64_t from = 0; from < 100'000; from += 4000) {
    log_steps(*writer, from, from + 4000);
    serve_to_the_end(*writer);
  }
  CHECK(writer->stats().dropped == 0);
  check_steps(read_journal(journal.path()), 100'000);  // 3 MiB, raw
}

TEST_CASE("a barrier leaves packed segments as they are", "[journal]") {
  const Journal journal;
  auto options = small_segments(journal.options());
  options.periodic_sync = false;
  options.pack_from = 0;
  const auto writer = JournalWriter::open(options);
  log_steps(*writer, 0, 20'000);
  std::vector<std::string> problems;
  const auto path = list_segments(journal.path(), problems).at(1).path;
  REQUIRE(track_test::pack(path) > 0);  // behind its back: it takes it for one to be synced
  const SegmentBytes before(path);
  writer->sync();
  CHECK(SegmentBytes(path).bytes == before.bytes);
  check_steps(read_journal(journal.path()), 20'000);
}

TEST_CASE("a segment that was ingested before it was packed is passed over", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(small_segments(journal.options()));
  writer->service();
  for (int step = 0; step < 20'000; ++step)
    REQUIRE(writer->append_point(writer->intern("loss"), step, loss_at(step)));
  std::vector<std::string> problems;
  const auto listed = list_segments(journal.path(), problems);
  REQUIRE(listed.size() > 4);
  std::filesystem::remove(listed[0].path);
  std::filesystem::remove(listed[2].path);
  while (writer->stats().packed < listed.size() - 3) writer->service();
  const auto content = read_journal(journal.path());
  CHECK(content.segments.size() == listed.size() - 2);
  CHECK(packed_count(content) == listed.size() - 3);
}

TEST_CASE("on a full disk segments stay raw, and are packed once there is room", "[journal]") {
  const SmallDisk disk;
  if (!disk.mounted()) return;
  const Journal journal;
  const auto options = small_segments(disk.options(journal, false));
  const auto ballast = disk.path() / "ballast";
  {
    const auto writer = JournalWriter::open(options);
    writer->service();
    for (std::int64_t step = 0; step < 14'000; ++step)  // four segments
      REQUIRE(writer->append_point(writer->intern("loss"), step, loss_at(step)));
    {
      std::ofstream file(ballast);
      file << std::string(2 << 20, 'x');
    }
    serve_to_the_end(*writer);
    CHECK(writer->stats().packed == 0);
    check_steps(read_journal(options.directory), 14'000);
    std::filesystem::remove(ballast);
    while (writer->stats().packed < 3) writer->service();
  }
  const auto content = read_journal(options.directory);
  check_steps(content, 14'000);
  CHECK(packed_count(content) == 3);
  CHECK(std::distance(std::filesystem::directory_iterator(options.directory), {}) == 4);
}

TEST_CASE("a fork while a segment is packed disturbs neither process", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(small_segments(journal.options()));
  writer->service();
  std::int64_t step = 0;
  for (; step < 14'000; ++step)
    REQUIRE(writer->append_point(writer->intern("loss"), step, loss_at(step)));
  REQUIRE(writer->service());  // begins
  ChildProcess child([&] {
    for (int i = 0; i < 14'000; ++i) {
      if (!writer->append_point(writer->intern("child"), i, i)) return 1;
      if (i % 1000 == 0) writer->service();
    }
    serve_to_the_end(*writer);
    writer->close();
    return writer->stats().packed == 3 ? 0 : 2;
  });
  serve_to_the_end(*writer);
  CHECK(child.wait() == 0);
  CHECK(writer->stats().packed == 3);
  const auto content = read_journal(journal.path());
  check_steps(content, 14'000);
  CHECK(content.points.at("child").steps.size() == 14'000);
  CHECK(packed_count(content) == 6);
}

TEST_CASE("a reader beside a writer that packs sees every point once", "[journal]") {
  const Journal journal;
  constexpr std::int64_t k_points = 200'000;
  const auto options = small_segments(journal.options());
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> packed = 0;
  std::thread writing([&] {
    const auto writer = JournalWriter::open(options);
    writer->service();  // from now on all that is sealed is to be packed
    {
      const Helper helper([&] { return writer->service(); });
      for (std::int64_t step = 0; step < k_points; ++step) {
        writer->append_point(writer->intern("loss"), step, loss_at(step));
        // Packing keeps up, so that there is something to be met.
        while (step % 4000 == 3999 && writer->stats().packed + 3 < writer->stats().rollovers)
          std::this_thread::yield();
      }
      packed = writer->stats().packed;
    }
    done = true;
  });
  std::map<track::Uuid, std::uint64_t> cursors;
  track_test::JournalContent all;
  for (bool last = false; !last;) {
    last = done;
    for (const auto& segment : list_segments(journal.path(), all.problems)) {
      auto& cursor = cursors[segment.segment];
      if (cursor >= segment.committed) continue;
      const auto batch = read_segment(segment, cursor, 1500);
      if (batch.to < segment.committed) last = false;
      cursor = batch.to;
      all.invalid += batch.invalid_records;
      for (const auto& columns : batch.points) {
        auto& to = all.points["loss"];
        to.steps.insert(to.steps.end(), columns.steps.begin(), columns.steps.end());
        to.values.insert(to.values.end(), columns.values.begin(), columns.values.end());
      }
    }
  }
  writing.join();
  CHECK(packed > 20);
  auto& steps = all.points["loss"];
  for (std::size_t i = 0; i < steps.steps.size(); ++i)
    if (steps.values[i] != loss_at(steps.steps[i])) FAIL("a value that was not logged");
  std::sort(steps.steps.begin(), steps.steps.end());
  for (std::size_t i = 0; i < steps.steps.size(); ++i) steps.values[i] = loss_at(steps.steps[i]);
  check_steps(all, k_points);
}

TEST_CASE("a writer that closes gives back what its last segment did not need", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.first_segment = 4UL << 20U;
  const auto blocks = [&] {
    std::vector<std::string> problems;
    struct stat status {};
    REQUIRE(stat(list_segments(journal.path(), problems).at(0).path.c_str(), &status) == 0);
    CHECK(status.st_size == 4 << 20);
    return status.st_blocks * 512;
  };
  const auto writer = JournalWriter::open(options);
  log_steps(*writer, 0, 5000);
  if (blocks() < 4 << 20) return;  // a file system that allocates late
  writer->close();
  CHECK(blocks() < 200'000);
  check_steps(read_journal(journal.path()), 5000);
}
