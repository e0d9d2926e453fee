#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "child.hpp"
#include "counter.hpp"
#include "store_fixture.hpp"

using namespace track_test;
using track::RunState;

namespace fs = std::filesystem;

namespace {

/// Training programs that keep their runs for a store that is not there yet.
struct Spooled {
  fs::path place;
  std::string state;
  std::vector<std::string> runs;

  [[nodiscard]] std::string store() const { return (place / ".track").string(); }
  [[nodiscard]] std::map<std::string, std::string> env() const {
    return {{"XDG_STATE_HOME", state}, {"TRACK_STORE", store()}};
  }
};

Spooled spool_runs(const TempDir& directory, int count) {
  Spooled spooled{directory / "mnt", (directory / "state").string(), {}};
  std::vector<Child> trainers;
  for (int i = 0; i < count; ++i)
    trainers.push_back(start_trainer({"points", spooled.store(), "3000"}, spooled.env()));
  for (auto& trainer : trainers) {
    spooled.runs.push_back(trainer.read_line());
    CHECK(trainer.read_rest() == "points 3000 dropped 0 losses 0\n");
    CHECK(trainer.wait().exit_code == 0);
    const auto errors = trainer.errors();
    CHECK(std::count(errors.begin(), errors.end(), '\n') == 1);
    CHECK(errors.find("track ingest --store " + spooled.store()) != std::string::npos);
  }
  fs::create_directory(spooled.place);
  // There, so that no pointer to it is left where the tests run.
  Child init(
      {"/bin/sh", "-c", "cd \"$0\" && exec \"$1\" init", spooled.place.string(), HARM_PROGRAM},
      spooled.env());
  init.read_rest();
  INFO(init.errors());
  REQUIRE(init.wait().exit_code == 0);
  return spooled;
}

Child ingest(const Spooled& spooled) {
  return Child({HARM_PROGRAM, "ingest", "--store", spooled.store()}, spooled.env());
}

}  // namespace

TEST_CASE("an ingest of the spool that is killed at random neither loses nor doubles", "[harm]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TempDir directory;
  const auto spooled = spool_runs(directory, 6);
  for (int i = 0; i < 25; ++i) {
    Child killed = ingest(spooled);
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<>(0, 60'000)(random)));
    killed.kill(SIGKILL);
    killed.wait();
  }
  Child last = ingest(spooled);
  last.read_rest();
  INFO(last.errors());
  REQUIRE(last.wait().exit_code == 0);
  auto store = track::Store::open({.path = spooled.store()});
  CHECK(store.list({}).size() == spooled.runs.size());
  for (const auto& run : spooled.runs) {
    CHECK(count_of(store, run, "loss") == 3'000);
    CHECK(store.find_run(track::RunId{run})->state == RunState::finished);
  }
  // What the runs' code and program were made of came along.
  CHECK(store.verify({.data = true}).findings.empty());
  CHECK(fs::is_empty(fs::directory_iterator(spooled.state + "/track/spool")->path() / "journals"));
}

TEST_CASE("an array of 200 processes leaves its runs in one inbox", "[harm]") {
  const StoreFixture fixture;
  constexpr int k_tasks = 200;
  constexpr int k_at_once = 16;
  std::vector<std::string> runs;
  for (int first = 0; first < k_tasks; first += k_at_once) {
    std::vector<Child> tasks;
    for (int task = first; task < std::min(first + k_at_once, k_tasks); ++task) {
      const auto place = fixture.store() + "/inbox/array-" + std::to_string(task);
      tasks.push_back(start_trainer({"points", place, "500"}));
    }
    for (auto& task : tasks) {
      runs.push_back(task.read_line());
      CHECK(task.read_rest() == "points 500 dropped 0 losses 0\n");
      CHECK(task.wait().exit_code == 0);
    }
  }
  Child ingest({HARM_PROGRAM, "ingest", "--store", fixture.store()});
  CHECK(ingest.read_line().find("200 runs, ") == 0);
  ingest.read_rest();
  INFO(ingest.errors());
  REQUIRE(ingest.wait().exit_code == 0);
  CHECK(fs::is_empty(fixture.store() + "/inbox"));
  auto store = fixture.open();
  CHECK(store.list({}).size() == k_tasks);
  for (const auto& run : runs) {
    CHECK(count_of(store, run, "loss") == 500);
    CHECK(store.find_run(track::RunId{run})->state == RunState::finished);
  }
}

TEST_CASE("a process killed in the inbox has all its points, and is taken as killed", "[harm]") {
  const StoreFixture fixture;
  const auto counter_file = fixture.directory() / "counter";
  const Counter counter(counter_file);
  Child trainer = start_trainer({"endless", fixture.store() + "/inbox/job", counter_file.string()});
  const std::string run = trainer.read_line();
  REQUIRE(counter.wait_past(10'000, [&] { return trainer.running(); }));
  {
    auto store = fixture.open();
    CHECK_FALSE(store.find_run(track::RunId{run}));  // it waits until it ended
  }
  trainer.kill(SIGKILL);
  trainer.wait();
  auto store = fixture.open();
  CHECK(count_of(store, run, "loss") >= counter.get());
  CHECK(store.find_run(track::RunId{run})->state == RunState::killed);
}
