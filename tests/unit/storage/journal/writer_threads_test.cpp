#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "journal_fixture.hpp"

using namespace track::storage;
using track_test::Journal;
using track_test::read_journal;

TEST_CASE("two hundred threads log without losing a point", "[journal]") {
  const Journal journal;
  constexpr int k_threads = 200;
  constexpr int k_each = 2000;
  {
    const auto writer = JournalWriter::open(journal.options());
    std::vector<std::thread> threads;
    std::atomic<int> refused = 0;
    for (int t = 0; t < k_threads; ++t) {
      threads.emplace_back([&, t] {
        const auto series = writer->intern("thread" + std::to_string(t));
        for (int i = 0; i < k_each; ++i) {
          if (!writer->append_point(series, i, t)) ++refused;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(refused == 0);
    CHECK(writer->stats().points == k_threads * k_each);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == k_threads * k_each);
  REQUIRE(content.points.size() == k_threads);
  for (const auto& [name, columns] : content.points) {
    REQUIRE(columns.steps.size() == k_each);
    CHECK(std::is_sorted(columns.steps.begin(), columns.steps.end()));
  }
}

TEST_CASE("a finished thread's segment passes to the next thread", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto series = writer->intern("loss");
    for (int t = 0; t < 50; ++t) {
      std::thread([&] { CHECK(writer->append_point(series, t, t)); }).join();
    }
  }
  const auto content = read_journal(journal.path());
  CHECK(content.segments.size() == 1);
  CHECK(content.point_count == 50);
}

TEST_CASE("a writer that is gone is not remembered by its threads", "[journal]") {
  for (int i = 0; i < 50; ++i) {
    const Journal journal;
    {
      const auto writer = JournalWriter::open(journal.options());
      REQUIRE(writer->append_point(writer->intern("loss"), i, i));
    }
    CHECK(read_journal(journal.path()).point_count == 1);
  }
}

TEST_CASE("closing beside threads that log loses nothing that was accepted", "[journal]") {
  for (int round = 0; round < 20; ++round) {
    const Journal journal;
    std::atomic<std::uint64_t> accepted = 0;
    std::atomic<int> ready = 0;
    {
      const auto writer = JournalWriter::open(journal.options());
      const auto series = writer->intern("loss");
      std::vector<std::thread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
          std::uint64_t mine = 0;
          for (int i = 0; writer->append_point(series, i, i); ++i) {
            if (++mine == 100) ++ready;
          }
          accepted += mine;
        });
      }
      while (ready < 4) std::this_thread::yield();
      writer->close();
      for (auto& thread : threads) thread.join();
      CHECK(writer->stats().points == accepted);
    }
    const auto content = read_journal(journal.path());
    CHECK(content.point_count == accepted);
    for (const auto& segment : content.segments) CHECK(segment.sealed);
  }
}
