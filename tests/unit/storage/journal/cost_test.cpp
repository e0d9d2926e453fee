#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "journal_fixture.hpp"
#include "segment_bytes.hpp"
#include "track/storage/journal/live.hpp"

using namespace track::storage;
namespace format = track::storage::journal;
using track_test::ChildProcess;
using track_test::Journal;
using track_test::read_journal;
using track_test::SegmentBytes;

namespace {
[[maybe_unused]] thread_local long t_allocations = 0;
}
// The sanitizers count on their own of these.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Whoever allocates in this program comes by here.
void* operator new(std::size_t size) {
  ++t_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

std::filesystem::path only_segment(const Journal& journal) {
  std::vector<std::string> problems;
  return list_segments(journal.path(), problems).at(0).path;
}

std::uint64_t durable_length(const Journal& journal) {
  return SegmentBytes(only_segment(journal)).get<std::uint64_t>(format::k_durable_at);
}

std::uint64_t committed_length(const Journal& journal) {
  return SegmentBytes(only_segment(journal)).get<std::uint64_t>(format::k_committed_at);
}

/// KiB of segments that are resident in this process.
std::uint64_t resident_segments(const Journal& journal) {
  std::ifstream maps("/proc/self/smaps");
  std::uint64_t all = 0;
  bool in_segment = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" kB") == std::string::npos && line.find("VmFlags") == std::string::npos) {
      in_segment = line.find(journal.run.value) != std::string::npos;
    } else if (in_segment && line.rfind("Rss:", 0) == 0) {
      all += std::stoull(line.substr(4));
    }
  }
  return all;
}

}  // namespace

#ifndef __SANITIZE_THREAD__  // which makes system calls of its own
TEST_CASE("ahead of the watermark a point costs no system call and no allocation", "[journal]") {
  const Journal journal;
  ChildProcess child([&] {
    const auto writer = JournalWriter::open(journal.options());
    const auto series = writer->intern("loss");
    const SeriesValue batch[] = {{series, 0.0}, {writer->intern("accuracy"), 0.5}};
    if (writer->append_points(0, batch) != 2) return 1;
    const auto allocated = t_allocations;
    // From here on anything but read, write and exit is answered with SIGKILL.
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) return 2;
    long wrong = 0;
    for (int i = 1; i < 75; ++i) {
      const auto found = writer->find_interned("loss");
      wrong += found == series && writer->append_point(*found, i, i) ? 0 : 1;
      wrong += writer->append_point(series, i, i) ? 0 : 1;
      wrong += writer->append_points(i, batch) == 2 ? 0 : 1;
    }
    wrong += t_allocations == allocated ? 0 : 1;
    syscall(SYS_exit, wrong == 0 ? 0 : 3);
    return 4;
  });
  CHECK(child.wait() == 0);
  CHECK(read_journal(journal.path()).point_count == 2 + 74 * 4);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("what counts allocations counts them", "[journal]") {
  const auto before = t_allocations;
  const std::vector<int> some(100);
  CHECK(t_allocations > before);
}
#endif
#endif

TEST_CASE("a thread finds by name what it interned itself, in its own process", "[journal]") {
  const Journal journal;
  const Journal other_journal;
  const auto writer = JournalWriter::open(journal.options());
  const auto other = JournalWriter::open(other_journal.options());
  CHECK(writer->find_interned("loss") == std::nullopt);
  const auto accuracy = writer->intern("accuracy");
  const auto loss = writer->intern("loss");
  CHECK(writer->find_interned("loss") == loss);
  CHECK(writer->find_interned("accuracy") == accuracy);
  // Another writer has indices of its own, in whatever order the two are asked.
  CHECK(other->intern("loss") == 0);
  CHECK(loss == 1);
  for (int i = 0; i < 3; ++i) {
    if (const auto found = other->find_interned("loss")) CHECK(*found == 0);
    REQUIRE(writer->append_point(loss, i, i));
    CHECK(writer->find_interned("loss") == loss);
    REQUIRE(other->append_point(0, i, i));
    CHECK(other->find_interned("loss") == 0U);
  }
  std::thread([&] {
    CHECK(writer->find_interned("loss") == std::nullopt);
    CHECK(writer->intern("loss") == loss);
    CHECK(writer->find_interned("loss") == loss);
  }).join();
  CHECK(ChildProcess([&] {
          const bool unknown = !writer->find_interned("loss");
          const bool same = writer->intern("loss") == loss;
          return unknown && same && writer->find_interned("loss") == loss ? 0 : 1;
        }).wait() == 0);
}

TEST_CASE("a name finds the series with the labels that all of a rank's have", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.labels = {{"rank", "3"}};
  const auto writer = JournalWriter::open(options);
  const auto series = writer->intern("loss");
  CHECK(writer->find_interned("loss") == series);
  CHECK(writer->intern({"loss", {{"rank", "3"}}}) == series);
}

TEST_CASE("with a helper that keeps up no caller has to populate", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  const auto series = writer->intern("loss");
  for (int i = 0; i < 40'000; ++i) {
    if (i % 100 == 0) writer->service();
    REQUIRE(writer->append_point(series, i, i));
  }
  CHECK(writer->stats().caller_populated == 0);
  CHECK(writer->stats().rollovers > 2);
}

TEST_CASE("without a helper the callers populate, are counted, and lose nothing", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  const auto series = writer->intern("loss");
  for (int i = 0; i < 40'000; ++i) REQUIRE(writer->append_point(series, i, i));
  CHECK(writer->stats().caller_populated > 0);
  CHECK(writer->stats().dropped == 0);
}

TEST_CASE("the helper gives written pages back", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.first_segment = options.max_segment = 16 << 20;
  const auto writer = JournalWriter::open(options);
  const auto series = writer->intern("loss");
  constexpr int k_points = 450'000;  // 14 MiB
  for (int i = 0; i < k_points; ++i) {
    if (i % 1000 == 0) writer->service();
    REQUIRE(writer->append_point(series, i, i));
  }
  const auto resident = resident_segments(journal);
  CHECK(resident > 0);
  CHECK(resident < 2048);
  CHECK(read_journal(journal.path()).point_count == k_points);
}

TEST_CASE("what is durable is said in the header, each second or when asked", "[journal]") {
  for (const bool periodic : {false, true}) {
    const Journal journal;
    auto options = journal.options();
    options.periodic_sync = periodic;
    const auto writer = JournalWriter::open(options);
    REQUIRE(writer->append_point(writer->intern("loss"), 0, 0));
    writer->service();
    CHECK(durable_length(journal) == (periodic ? committed_length(journal) : 0));
    REQUIRE(writer->append_point(writer->intern("loss"), 1, 1));
    writer->sync();
    CHECK(durable_length(journal) == committed_length(journal));
  }
}

TEST_CASE("a barrier covers segments that are full already", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.max_segment = 64 << 10;
  options.periodic_sync = false;
  const auto writer = JournalWriter::open(options);
  for (int i = 0; i < 20'000; ++i) REQUIRE(writer->append_point(writer->intern("loss"), i, i));
  writer->sync();
  std::vector<std::string> problems;
  const auto segments = list_segments(journal.path(), problems);
  CHECK(segments.size() > 8);
  for (const auto& segment : segments) {
    CHECK(SegmentBytes(segment.path).get<std::uint64_t>(format::k_durable_at) == segment.committed);
  }
}

TEST_CASE("no descriptor of a journal or a live file reaches another program", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  const auto live = LiveFile::create(journal.path(), track::Uuid::random(), 0600);
  int ours = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (gone || target.string().find(journal.run.value) == std::string::npos) continue;
    ++ours;
    CHECK((fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(ours == 1);  // the live file: a segment keeps none
}

TEST_CASE("a thread may log while its thread-local objects are destroyed", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto series = writer->intern("loss");
    struct LogsLate {
      JournalWriter* writer = nullptr;
      std::uint32_t series = 0;
      ~LogsLate() {
        if (writer != nullptr) writer->append_point(series, 2, 2);
      }
    };
    std::thread([&] {
      static thread_local LogsLate late;  // made first, so destroyed after the thread's slots
      late.writer = writer.get();
      late.series = series;
      CHECK(writer->append_point(series, 1, 1));
    }).join();
    CHECK(writer->stats().points == 2);
  }
  CHECK(read_journal(journal.path()).points.at("loss").steps == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("what was logged before _exit is there", "[journal]") {
  const Journal journal;
  ChildProcess child([&] {
    const auto writer = JournalWriter::open(journal.options());
    if (writer->append_point(writer->intern("loss"), 1, 1)) _exit(0);
    return 1;
  });
  REQUIRE(child.wait() == 0);
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 1);
  CHECK_FALSE(content.segments.at(0).sealed);
}
