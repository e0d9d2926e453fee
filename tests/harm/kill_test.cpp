#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "child.hpp"
#include "counter.hpp"
#include "store_fixture.hpp"

using namespace track_test;

namespace {

/// TRACK_TEST_KILLS asks for more than CI has time for.
int kills() {
  const char* asked = std::getenv("TRACK_TEST_KILLS");
  return asked == nullptr ? 24 : std::atoi(asked);
}

/// Segments of a run's journal that are packed.
int packed_segments(const StoreFixture& fixture, const std::string& run) {
  int count = 0;
  const auto journal = std::filesystem::path(fixture.store()) / "journals" / run;
  for (const auto& entry : std::filesystem::directory_iterator(journal)) {
    std::string magic(7, '\0');
    std::ifstream(entry.path(), std::ios::binary).read(magic.data(), 7);
    count += magic == "TRKJPCK" ? 1 : 0;
  }
  return count;
}

/// A column of the only row of a query.
class OnlyRow final : public track::SqlSink {
 public:
  void columns(const std::vector<std::string>&) override {}
  void row(const std::vector<track::Value>& values) override { text = values.at(0).to_string(); }
  std::string text;
};

}  // namespace

TEST_CASE("a killed process loses no point that was accepted, and its run reads killed", "[harm]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const StoreFixture fixture;
  const auto counter_file = fixture.directory() / "counter";
  for (int i = 0; i < kills(); ++i) {
    std::filesystem::remove(counter_file);
    const Counter counter(counter_file);
    Child trainer = start_trainer({"endless", fixture.store(), counter_file.string()});
    const std::string run = trainer.read_line();
    const auto goal = std::uniform_int_distribution<std::uint64_t>(0, 400'000)(random);
    REQUIRE(counter.wait_past(goal, [&] { return trainer.running(); }));
    trainer.kill(SIGKILL);
    REQUIRE(trainer.wait().signal == SIGKILL);

    auto store = fixture.open();
    const std::uint64_t accepted = counter.get();
    const auto metric = store.find_metric(track::RunId{run}, "loss");
    CHECK(metric.count >= accepted);
    CHECK(metric.count <= accepted + 1);  // killed between log() and counting it
    REQUIRE(metric.last);
    CHECK(metric.last->value == static_cast<double>(metric.count - 1));
    CHECK(store.find_run(track::RunId{run})->state == track::RunState::killed);
  }
}

TEST_CASE("a process killed while its journal is packed loses no point, and none counts twice",
          "[harm]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const StoreFixture fixture;
  const auto counter_file = fixture.directory() / "counter";
  int packed = 0;
  for (int i = 0; i < kills(); ++i) {
    std::filesystem::remove(counter_file);
    const Counter counter(counter_file);
    Child trainer = start_trainer({"endless_in_bursts", fixture.store(), counter_file.string()});
    const std::string run = trainer.read_line();
    const auto goal = std::uniform_int_distribution<std::uint64_t>(150'000, 900'000)(random);
    if (i % 2 == 0) {  // what is ingested meanwhile is not packed, or packed when half of it is
      REQUIRE(counter.wait_past(goal / 2, [&] { return trainer.running(); }));
      auto store = fixture.open();
      CHECK(count_of(store, run, "loss") > goal / 2);
    }
    REQUIRE(counter.wait_past(goal, [&] { return trainer.running(); }));
    while (i % 2 == 1 && packed_segments(fixture, run) < 1 + i / 8) REQUIRE(trainer.running());
    trainer.kill(SIGKILL);
    REQUIRE(trainer.wait().signal == SIGKILL);
    packed += packed_segments(fixture, run);

    auto store = fixture.open();
    const auto metric = store.find_metric(track::RunId{run}, "loss");
    CHECK(metric.count >= counter.get());
    CHECK(metric.count <= counter.get() + 1);  // killed between log() and counting it
    REQUIRE(metric.last);
    CHECK(metric.last->value == static_cast<double>(metric.count - 1));
    OnlyRow all;
    store.query("SELECT count(*) FROM metric_points_all WHERE run = '" + run + "'", all);
    CHECK(all.text == std::to_string(metric.count));
    CHECK(store.find_run(track::RunId{run})->dropped == 0);
    CHECK_FALSE(std::filesystem::exists(std::filesystem::path(fixture.store()) / "journals" / run));
  }
  CHECK(packed >= kills() / 2);
}

TEST_CASE("a run whose process was killed reads killed while a forked child lives on", "[harm]") {
  const StoreFixture fixture;
  const auto counter_file = fixture.directory() / "counter";
  const Counter counter(counter_file);
  Child trainer = start_trainer({"endless_with_child", fixture.store(), counter_file.string()});
  const std::string run = trainer.read_line();
  REQUIRE(trainer.read_line() == "child");
  REQUIRE(counter.wait_past(1'000, [&] { return trainer.running(); }));

  {
    auto store = fixture.open();
    CHECK(store.find_run(track::RunId{run})->state == track::RunState::running);
  }
  trainer.kill(SIGKILL);
  trainer.wait();
  {
    auto store = fixture.open();
    CHECK(store.find_run(track::RunId{run})->state == track::RunState::killed);
    CHECK(count_of(store, run, "child") == 1);
    CHECK(count_of(store, run, "loss") >= counter.get());
  }
  trainer.close_input();
  trainer.read_rest();  // ends with the child
}
