// What becomes of points where a writer's cap leaves no room for them.
#include <algorithm>
#include <barrier>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "journal_fixture.hpp"

using namespace track::storage;
using track::schemas::GapEntry;
using track::schemas::ParamEntry;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;

TEST_CASE("the cap stops a run's journal, counts the rest and keeps room for the end",
          "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.cap = 200 << 10;
  std::uint64_t kept = 0;
  {
    const auto writer = JournalWriter::open(options);
    const auto series = writer->intern("loss");
    for (int i = 0; i < 20'000; ++i) kept += writer->append_point(series, i, i) ? 1 : 0;
    CHECK(writer->append(ParamEntry{"lr", 0.1}));
    const auto stats = writer->stats();
    CHECK(stats.points == kept);
    CHECK(stats.dropped == 20'000 - kept);
    CHECK(stats.last_error.find("cap") != std::string::npos);
  }
  CHECK(kept > 3000);
  CHECK(kept < 7000);
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == kept);
  CHECK(content.dropped == 20'000 - kept);
  CHECK(entries_of<ParamEntry>(content).size() == 1);
  const auto gaps = entries_of<GapEntry>(content);
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].dropped == 20'000 - kept);
  CHECK(gaps[0].reason.find("cap") != std::string::npos);
}

TEST_CASE("decimation thins each series as the cap comes near, and reaches the end", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.cap = 1 << 20;
  options.decimate = true;
  constexpr int k_steps = 30'000;  // 1.9 MB of points for two series
  std::uint64_t kept = 0;
  {
    const auto writer = JournalWriter::open(options);
    const auto loss = writer->intern("loss");
    const auto accuracy = writer->intern("accuracy");
    for (int i = 0; i < k_steps; ++i) {
      kept += writer->append_point(loss, i, i) ? 1 : 0;
      kept += writer->append_point(accuracy, i, -i) ? 1 : 0;
    }
    CHECK(writer->append(ParamEntry{"lr", 0.1}));
    CHECK(writer->stats().points == kept);
    CHECK(writer->stats().dropped == 2 * k_steps - kept);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == kept);
  CHECK(content.dropped == 2 * k_steps - kept);
  CHECK(entries_of<ParamEntry>(content).size() == 1);
  CHECK(entries_of<GapEntry>(content).back().reason.find("decimated") != std::string::npos);
  std::uintmax_t bytes = 0;
  for (const auto& segment : content.segments) bytes += std::filesystem::file_size(segment.path);
  CHECK(bytes <= options.cap);
  for (const auto* name : {"loss", "accuracy"}) {
    const auto& steps = content.points.at(name).steps;
    CHECK(steps.size() > k_steps / 6);
    CHECK(steps[1000] == 1000);           // at first every step
    CHECK(steps.back() > k_steps - 100);  // and some up to the last
    std::int64_t widest = 1;
    for (std::size_t i = 1; i < steps.size(); ++i) {
      const auto step = steps[i] - steps[i - 1];
      CHECK((step >= 1 && step <= 8 * widest));
      widest = std::max(widest, step);
    }
    CHECK(widest >= 4);
  }
}

TEST_CASE("decimation reaches the end of a run that is far longer than its cap", "[journal]") {
  for (const std::uint64_t cap : {128UL << 10, 1UL << 20, 1'000'000UL}) {
    const Journal journal;
    auto options = journal.options();
    options.cap = cap;
    options.decimate = true;
    constexpr int k_steps = 3'000'000;  // 96 MB
    {
      const auto writer = JournalWriter::open(options);
      const auto loss = writer->intern("loss");
      for (int i = 0; i < k_steps; ++i) writer->append_point(loss, i, i);
      CHECK(writer->stats().points + writer->stats().dropped == k_steps);
      CHECK(writer->append(ParamEntry{"lr", 0.1}));
    }
    const auto content = read_journal(journal.path());
    const auto& steps = content.points.at("loss").steps;
    INFO("cap " << cap << ", " << steps.size() << " points kept");
    CHECK(steps.size() > cap / 32 / 3);
    CHECK(steps[100] == 100);
    CHECK(steps.back() > k_steps / 2);
    CHECK(entries_of<ParamEntry>(content).size() == 1);
  }
}

TEST_CASE("decimation gives every thread its share", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.cap = 4UL << 20;
  options.decimate = true;
  constexpr int k_threads = 8;
  constexpr int k_steps = 200'000;
  {
    const auto writer = JournalWriter::open(options);
    std::barrier begun(k_threads);  // whoever comes once the cap is used up has no share
    std::vector<std::thread> threads;
    for (int t = 0; t < k_threads; ++t) {
      threads.emplace_back([&, t] {
        const auto series = writer->intern("t" + std::to_string(t));
        writer->append_point(series, 0, 0);
        begun.arrive_and_wait();
        for (int i = 1; i < k_steps; ++i) writer->append_point(series, i, i);
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(writer->stats().points + writer->stats().dropped == k_threads * k_steps);
  }
  const auto content = read_journal(journal.path());
  REQUIRE(content.points.size() == k_threads);
  for (const auto& [name, columns] : content.points) {
    INFO(name << ": " << columns.steps.size() << " points up to " << columns.steps.back());
    CHECK(columns.steps.back() > k_steps / 2);
  }
}

TEST_CASE("waiting at the cap is in vain once, whatever other threads have room for", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.cap = 256 << 10;
  options.block_ms = 3'000;  // fifty times would be longer than a test may take
  const auto writer = JournalWriter::open(options);
  int named = 0;
  const auto log_elsewhere = [&] {  // with a new series, which is no matter of the hot path
    std::thread([&] {
      CHECK(writer->append_point(writer->intern("s" + std::to_string(named++)), 0, 0));
    }).join();
  };
  const auto series = writer->intern("loss");
  REQUIRE(writer->append_point(series, 0, 0));
  log_elsewhere();
  std::uint64_t kept = 1;
  for (int i = 1; i < 20'000; ++i) kept += writer->append_point(series, i, i) ? 1 : 0;
  for (int i = 0; i < 50; ++i) {
    log_elsewhere();
    CHECK_FALSE(writer->append_point(series, i, i));
  }
  CHECK(kept > 1000);
  CHECK(writer->stats().points == kept + 51);
  CHECK(writer->stats().dropped == 20'000 - kept + 50);
}
