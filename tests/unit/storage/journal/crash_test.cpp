#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <ctime>
#include <random>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "journal_fixture.hpp"
#include "track/storage/journal/helper.hpp"

using namespace track::storage;
using track::schemas::ParamEntry;
using track_test::ChildProcess;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;
using track_test::Shared;

namespace {

constexpr int k_threads = 3;

// What a child says it was told was kept, counted after each call returned.
struct Accepted {
  std::array<std::atomic<std::uint64_t>, k_threads> points{};
  std::atomic<std::uint64_t> entries = 0;
};

enum class Helped { no, yes, and_waited_for };

[[noreturn]] void log_until_killed(const JournalOptions& options, Accepted& accepted,
                                   Helped helped) {
  const auto writer = JournalWriter::open(options);
  std::unique_ptr<Helper> helper;
  if (helped != Helped::no) {
    writer->service();
    helper = std::make_unique<Helper>([&] { return writer->service(); });
  }
  const auto log = [&](std::size_t thread) {
    const auto series = writer->intern("thread" + std::to_string(thread));
    for (std::int64_t step = 0;; ++step) {
      if (!writer->append_point(series, step, static_cast<double>(step))) _exit(1);
      accepted.points[thread].fetch_add(1, std::memory_order_relaxed);
      while (helped == Helped::and_waited_for && step % 1000 == 0 &&
             writer->stats().packed + 8 < writer->stats().rollovers)
        std::this_thread::yield();
      if (step % 1000 == 0 && thread == 0) {
        if (!writer->append(ParamEntry{"p" + std::to_string(step), step})) _exit(1);
        accepted.entries.fetch_add(1, std::memory_order_relaxed);
      }
    }
  };
  for (std::size_t thread = 1; thread < k_threads; ++thread) std::thread(log, thread).detach();
  log(0);
  std::abort();
}

// Each thread's steps must be 0, 1, 2, … without a hole, and reach at least what was accepted.
void check_all_found(const track_test::JournalContent& content, const Accepted& accepted) {
  CHECK(content.invalid == 0);
  CHECK(content.dropped == 0);
  CHECK(content.problems.empty());
  for (std::size_t thread = 0; thread < k_threads; ++thread) {
    const auto found = content.points.find("thread" + std::to_string(thread));
    if (found == content.points.end()) {
      CHECK(accepted.points[thread] == 0);
      continue;
    }
    const auto& columns = found->second;
    CHECK(columns.steps.size() >= accepted.points[thread]);
    std::uint64_t wrong = 0;
    for (std::size_t i = 0; i < columns.steps.size(); ++i) {
      const auto step = static_cast<std::int64_t>(i);
      wrong += columns.steps[i] != step || columns.values[i] != static_cast<double>(step) ? 1 : 0;
    }
    CHECK(wrong == 0);
  }
  CHECK(entries_of<ParamEntry>(content).size() >= accepted.entries);
}

}  // namespace

TEST_CASE("no accepted point is lost when the process is killed at any moment", "[journal]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uint64_t all = 0;
  for (int kill = 0; kill < 24; ++kill) {
    const Journal journal;
    auto options = journal.options();
    options.max_segment = 1 << 20;
    const Shared<Accepted> accepted;
    ChildProcess child([&]() -> int {
      log_until_killed(options, *accepted, kill % 2 == 1 ? Helped::yes : Helped::no);
    });
    // Not a time but an amount of work: the earliest kills hit the making of segments.
    const auto enough =
        std::uniform_int_distribution<std::uint64_t>(0, kill < 8 ? 3000 : 100'000)(random);
    while (accepted->points[0] < enough) std::this_thread::yield();
    child.kill();
    const auto content = read_journal(journal.path());
    check_all_found(content, *accepted);
    all += content.point_count;
  }
  CHECK(all > 50'000);
}

TEST_CASE("a reader beside a writer sees every point once and none that is torn", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.max_segment = 512 << 10;
  constexpr std::int64_t k_points = 400'000;
  std::atomic<bool> done = false;
  std::thread writing([&] {
    const auto writer = JournalWriter::open(options);
    const auto loss = writer->intern("loss");
    for (std::int64_t step = 0; step < k_points; ++step) {
      const auto series =
          step % 10'000 == 9'999 ? writer->intern("m" + std::to_string(step)) : loss;
      writer->append_point(series, step, static_cast<double>(step));
      if (step % 2000 == 0) writer->append(ParamEntry{"p" + std::to_string(step), step});
    }
    writer->close();
    done = true;
  });
  std::map<track::Uuid, std::uint64_t> cursors;
  std::vector<bool> seen(k_points);
  std::uint64_t invalid = 0;
  std::uint64_t twice = 0;
  std::uint64_t wrong = 0;
  std::uint64_t passes = 0;
  for (bool last = false; !last; ++passes) {
    last = done;
    std::vector<std::string> problems;
    for (const auto& segment : list_segments(journal.path(), problems)) {
      auto& cursor = cursors[segment.segment];
      const auto batch = read_segment(segment, cursor, 10'000);
      if (batch.to < segment.committed) last = false;
      cursor = batch.to;
      invalid += batch.invalid_records;
      for (const auto& columns : batch.points) {
        for (std::size_t i = 0; i < columns.steps.size(); ++i) {
          const auto step = columns.steps[i];
          if (step < 0 || step >= k_points || columns.values[i] != static_cast<double>(step)) {
            ++wrong;
          } else {
            twice += seen[static_cast<std::size_t>(step)] ? 1 : 0;
            seen[static_cast<std::size_t>(step)] = true;
          }
        }
      }
    }
    CHECK(problems.empty());
  }
  writing.join();
  CHECK(invalid == 0);
  CHECK(twice == 0);
  CHECK(wrong == 0);
  CHECK(std::count(seen.begin(), seen.end(), true) == k_points);
  CHECK(passes > 1);
}

TEST_CASE("no accepted point is lost when the process is killed while it packs", "[journal]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uint64_t packed = 0;
  std::uint64_t raw = 0;
  for (int kill = 0; kill < 24; ++kill) {
    const Journal journal;
    auto options = journal.options();
    options.first_segment = options.max_segment = options.pack_from = 64UL << 10U;
    const Shared<Accepted> accepted;
    ChildProcess child(
        [&]() -> int { log_until_killed(options, *accepted, Helped::and_waited_for); });
    const auto enough = std::uniform_int_distribution<std::uint64_t>(5000, 60'000)(random);
    while (accepted->points[0] < enough) std::this_thread::yield();
    child.kill();
    const auto content = read_journal(journal.path());
    check_all_found(content, *accepted);
    for (const auto& segment : content.segments) ++(segment.packed ? packed : raw);
  }
  CHECK(packed > 24);
  CHECK(raw > 24);
}
