#include <atomic>
#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "journal_fixture.hpp"

using namespace track::storage;
using track::schemas::RewindEntry;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;

namespace {

/// The sequence of the segment that holds the rewind to `step`.
std::uint64_t sequence_of(const track_test::JournalContent& content, std::int64_t step) {
  for (const auto& info : content.segments) {
    for (const auto& entry : read_segment(info, 0).entries) {
      const auto* rewind = std::get_if<RewindEntry>(&entry);
      if (rewind != nullptr && rewind->step == step) return info.order.sequence;
    }
  }
  FAIL("no such rewind");
  return 0;
}

}  // namespace

TEST_CASE("an entry between stands after all before it and before all after it", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto main = writer->intern("main");
    const auto other = writer->intern("other");
    std::atomic<int> turn = 0;
    const auto wait_for = [&](int wanted) {
      while (turn != wanted) std::this_thread::yield();
    };
    std::thread thread([&] {
      for (int step = 0; step < 100; ++step) REQUIRE(writer->append_point(other, step, 0));
      turn = 1;
      wait_for(2);
      for (int step = 0; step < 100; ++step) REQUIRE(writer->append_point(other, step, 1));
      turn = 3;
      wait_for(4);
    });
    for (int step = 0; step < 100; ++step) REQUIRE(writer->append_point(main, step, 0));
    wait_for(1);
    REQUIRE(writer->append_between(RewindEntry{"", 7, 0, {}}));
    turn = 2;
    wait_for(3);
    for (int step = 0; step < 100; ++step) REQUIRE(writer->append_point(main, step, 1));
    turn = 4;
    thread.join();
    CHECK(writer->stats().points == 400);
    CHECK(writer->stats().dropped == 0);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 400);
  const auto between = sequence_of(content, 7);
  for (const auto& info : content.segments) {
    for (const auto& columns : read_segment(info, 0).points) {
      for (const double value : columns.values)
        CHECK((value == 1) == (info.order.sequence >= between));
    }
  }
}

TEST_CASE("threads that log during many entries between lose nothing", "[journal]") {
  const Journal journal;
  constexpr int k_threads = 4;
  constexpr int k_each = 20'000;
  constexpr int k_rewinds = 50;
  {
    const auto writer = JournalWriter::open(journal.options());
    std::vector<std::thread> threads;
    for (int t = 0; t < k_threads; ++t) {
      threads.emplace_back([&, t] {
        const auto series = writer->intern("s" + std::to_string(t));
        for (int i = 0; i < k_each; ++i) writer->append_point(series, i, t);
      });
    }
    for (int i = 0; i < k_rewinds; ++i) {
      REQUIRE(writer->append_between(RewindEntry{"", i, 0, {}}));
      std::this_thread::yield();
    }
    for (auto& thread : threads) thread.join();
    CHECK(writer->stats().dropped == 0);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == std::uint64_t{k_threads} * k_each);
  CHECK(content.invalid == 0);
  const auto rewinds = entries_of<RewindEntry>(content);
  REQUIRE(rewinds.size() == k_rewinds);
  for (std::size_t i = 0; i < rewinds.size(); ++i)
    CHECK(rewinds[i].step == static_cast<std::int64_t>(i));
}

TEST_CASE("an entry between that finds no room is refused, and what is there goes on",
          "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.cap = 64UL << 10U;
  options.first_segment = 64UL << 10U;
  {
    const auto writer = JournalWriter::open(options);
    const auto series = writer->intern("loss");
    REQUIRE(writer->append_point(series, 0, 1));
    // Of a small cap the first segment takes a part; until no other fits.
    int between = 0;
    while (writer->append_between(RewindEntry{"", between, 0, {}})) ++between;
    CHECK(between >= 1);
    CHECK(writer->stats().lost_entries == 1);
    CHECK(writer->append_point(series, 1, 1));
    CHECK(writer->append(track::schemas::NoteEntry{"the end", {1}}));
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == 2);
  CHECK(entries_of<track::schemas::NoteEntry>(content).size() == 1);
}
