#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "journal_fixture.hpp"
#include "track/storage/journal/helper.hpp"
#include "track/storage/journal/live.hpp"

using namespace track::storage;
using track::schemas::ParamEntry;
using track_test::ChildProcess;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;

namespace {

int append_all(JournalWriter& writer, std::string_view name, int count) {
  const auto series = writer.intern(name);
  for (int i = 0; i < count; ++i) {
    if (!writer.append_point(series, i, i)) return 1;
  }
  return 0;
}

// The thread sanitizer ends a child of a process with threads that starts one of its own.
template <typename Body>
void on_new_thread(Body&& body) {
#ifdef __SANITIZE_THREAD__
  body();
#else
  std::thread(body).join();
#endif
}

}  // namespace

TEST_CASE("a forked child logs to segments of its own beside its parent", "[journal]") {
  const Journal journal;
  constexpr int k_points = 20'000;
  pid_t child_pid = 0;
  {
    const auto writer = JournalWriter::open(journal.options());
    REQUIRE(append_all(*writer, "before", 100) == 0);
    ChildProcess child([&] {
      const int result = append_all(*writer, "child", k_points) + append_all(*writer, "before", 7);
      if (writer->stats().points != k_points + 7) return 3;
      if (!writer->append(ParamEntry{"from", "child"})) return 2;
      writer->close();
      return result;
    });
    child_pid = child.pid();
    REQUIRE(append_all(*writer, "parent", k_points) == 0);
    REQUIRE(child.wait() == 0);
    REQUIRE(append_all(*writer, "after", 100) == 0);
    CHECK(writer->stats().points == k_points + 200);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.invalid == 0);
  CHECK(content.points.at("before").steps.size() == 107);
  CHECK(content.points.at("child").steps.size() == k_points);
  CHECK(content.points.at("parent").steps.size() == k_points);
  CHECK(content.points.at("after").steps.size() == 100);
  CHECK(entries_of<ParamEntry>(content).size() == 1);
  std::map<std::int64_t, std::set<std::uint64_t>> sequences;
  for (const auto& segment : content.segments) {
    CHECK(segment.sealed);
    CHECK(sequences[segment.order.pid].insert(segment.order.sequence).second);
  }
  REQUIRE(sequences.size() == 2);
  CHECK(sequences.count(getpid()) == 1);
  for (const auto& [pid, numbers] : sequences) {
    CHECK((pid == getpid() || pid == child_pid));
    CHECK(*numbers.begin() == 0);
    CHECK(*numbers.rbegin() == numbers.size() - 1);
  }
}

TEST_CASE("a child that does not log leaves its parent's journal alone", "[journal]") {
  const Journal journal;
  auto writer = JournalWriter::open(journal.options());
  REQUIRE(append_all(*writer, "loss", 100) == 0);
  ChildProcess child([&] {
    writer.reset();
    return 0;
  });
  REQUIRE(child.wait() == 0);
  auto content = read_journal(journal.path());
  REQUIRE(content.segments.size() == 1);
  CHECK_FALSE(content.segments[0].sealed);
  REQUIRE(append_all(*writer, "loss", 100) == 0);
  writer.reset();
  content = read_journal(journal.path());
  CHECK(content.point_count == 200);
  CHECK(content.segments.at(0).sealed);
}

// A sanitizer does not give its allocator's locks back in a forked child.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("fork amid threads that log neither deadlocks nor loses a point", "[journal]") {
  const Journal journal;
  constexpr int k_forks = 20;
  std::uint64_t kept = 0;
  {
    auto options = journal.options();
    options.max_segment = 128 << 10;
    const auto writer = JournalWriter::open(options);
    Helper helper([&] { return writer->service(); });
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> accepted = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        std::uint64_t mine = 0;
        for (int i = 0; !stop; ++i) {
          const auto series =
              writer->intern("t" + std::to_string(t) + "/" + std::to_string(i % 50));
          mine += writer->append_point(series, i, i) ? 1 : 0;
        }
        accepted += mine;
      });
    }
    std::vector<std::unique_ptr<ChildProcess>> children;
    for (int i = 0; i < k_forks; ++i) {
      children.push_back(std::make_unique<ChildProcess>([&] {
        if (helper.running() || helper.post([] {})) return 9;
        int result = append_all(*writer, "child", 1000);
        on_new_thread([&] { result += append_all(*writer, "child", 1000); });
        writer->service();
        writer->close();
        return result;
      }));
    }
    for (auto& child : children) CHECK(child->wait() == 0);
    stop = true;
    for (auto& thread : threads) thread.join();
    kept = accepted;
    CHECK(writer->stats().points == kept);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.invalid == 0);
  CHECK(content.points.at("child").steps.size() == 2000 * k_forks);
  CHECK(content.point_count == kept + 2000 * k_forks);
}
#endif

TEST_CASE("a child of a child has segments of its own as well", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    REQUIRE(append_all(*writer, "a", 10) == 0);
    ChildProcess child([&] {
      if (append_all(*writer, "b", 10) != 0) return 1;
      ChildProcess grandchild([&] { return append_all(*writer, "c", 10); });
      return grandchild.wait() + append_all(*writer, "b", 10);
    });
    REQUIRE(child.wait() == 0);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 40);
  CHECK(content.segments.size() == 3);
}
