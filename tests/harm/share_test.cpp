#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "child.hpp"
#include "counter.hpp"
#include "store_fixture.hpp"

using namespace track_test;
using track::RunState;

namespace {

/// The one row of a query, its values with blanks between.
class Row final : public track::SqlSink {
 public:
  std::string text;  // NOLINT(misc-non-private-member-variables-in-classes): the result

  void columns(const std::vector<std::string>&) override {}
  void row(const std::vector<track::Value>& values) override {
    for (const auto& value : values) text += (text.empty() ? "" : " ") + value.to_string();
  }
};

}  // namespace

TEST_CASE("16 processes log to one store while two read it and one is killed", "[harm]") {
  const StoreFixture fixture;
  const auto reads = fixture.directory() / "reads";
  const auto counter_file = fixture.directory() / "counter";
  const Counter read_counter(reads);
  const Counter counter(counter_file);
  std::vector<Child> readers;
  for (int i = 0; i < 2; ++i) {
    readers.push_back(start_trainer({"read_forever", fixture.store(), reads.string()}));
  }
  Child victim = start_trainer({"endless", fixture.store(), counter_file.string()});
  const std::string killed = victim.read_line();
  std::vector<Child> trainers;
  for (int i = 0; i < 15; ++i) {
    trainers.push_back(start_trainer({"points", fixture.store(), "20000"}));
  }
  REQUIRE(counter.wait_past(10'000, [&] { return victim.running(); }));
  victim.kill(SIGKILL);
  victim.wait();

  std::vector<std::string> runs;
  for (Child& trainer : trainers) {
    runs.push_back(trainer.read_line());
    CHECK(trainer.read_rest() == "points 20000 dropped 0 losses 0\n");
    CHECK(trainer.wait().exit_code == 0);
    CHECK(trainer.errors().empty());
  }
  const std::uint64_t so_far = read_counter.get();
  for (Child& reader : readers) {
    CHECK(read_counter.wait_past(so_far + 2, [&] { return reader.running(); }));
    INFO(reader.errors());
    CHECK(reader.running());
  }
  readers.clear();

  auto store = fixture.open();
  CHECK(store.list({}).size() == 16);
  for (const std::string& run : runs) {
    CHECK(count_of(store, run, "loss") == 20'000);
    CHECK(store.find_run(track::RunId{run})->state == RunState::finished);
  }
  CHECK(store.find_run(track::RunId{killed})->state == RunState::killed);
  CHECK(count_of(store, killed, "loss") >= counter.get());
}

TEST_CASE("a burst of ten million points is kept whole", "[harm]") {
  const StoreFixture fixture;
  Child trainer = start_trainer({"points", fixture.store(), "10000000"});
  const std::string run = trainer.read_line();
  CHECK(trainer.read_rest() == "points 10000000 dropped 0 losses 0\n");
  CHECK(trainer.wait().exit_code == 0);
  auto store = fixture.open();
  CHECK(count_of(store, run, "loss") == 10'000'000);
}

TEST_CASE("200 threads log to series of their own in one run", "[harm]") {
  const StoreFixture fixture;
  Child trainer = start_trainer({"threads", fixture.store(), "200"});
  const std::string run = trainer.read_line();
  CHECK(trainer.read_rest() == "points 200000 dropped 0 losses 0\n");
  CHECK(trainer.wait().exit_code == 0);
  auto store = fixture.open();
  const auto series = store.find_metrics(track::RunId{run}, "loss");
  REQUIRE(series.size() == 200);
  for (const auto& metric : series) {
    CHECK(metric.count == 1'000);
  }
}

TEST_CASE("1,000 tiny runs of one process are all there", "[harm]") {
  const StoreFixture fixture;
  Child trainer = start_trainer({"tiny_runs", fixture.store(), "1000"});
  REQUIRE(trainer.wait().exit_code == 0);
  auto store = fixture.open();
  track::RunQuery query;
  query.states = {RunState::finished};
  CHECK(store.list(query).size() == 1'000);
}

TEST_CASE("8 ranks share one run, which ends with its owner", "[harm]") {
  const StoreFixture fixture;
  Child owner = start_trainer({"harmed", fixture.store()});
  const std::string run = owner.read_line();
  std::vector<Child> ranks;
  for (int rank = 1; rank < 8; ++rank) {
    ranks.push_back(
        start_trainer({"points", fixture.store(), "5000", "loss/" + std::to_string(rank)},
                      {{"TRACK_RUN_ID", run}, {"TRACK_RANK", std::to_string(rank)}}));
  }
  for (Child& rank : ranks) {
    CHECK(rank.read_line() == run);
    CHECK(rank.read_rest() == "points 5000 dropped 0 losses 0\n");
    CHECK(rank.wait().exit_code == 0);
  }
  auto store = fixture.open();
  CHECK(store.list({}).size() == 1);
  CHECK(store.find_run(track::RunId{run})->state == RunState::running);
  CHECK(count_of(store, run, "loss") == 1'000);
  for (int rank = 1; rank < 8; ++rank) {
    CHECK(count_of(store, run, "loss/" + std::to_string(rank)) == 5'000);
  }
}

TEST_CASE("8 ranks log the same metric at the same steps, and none covers another", "[harm]") {
  const StoreFixture fixture;
  const auto run = track::RunId::random();
  std::vector<Child> ranks;
  for (int rank = 0; rank < 8; ++rank) {
    ranks.push_back(start_trainer(
        {"points", fixture.store(), "2000"},
        {{"TRACK_RUN_ID", run.value}, {"TRACK_RANK", std::to_string(rank)}, {"WORLD_SIZE", "8"}}));
  }
  for (Child& rank : ranks) {
    CHECK(rank.read_line() == run.value);
    CHECK(rank.read_rest() == "points 2000 dropped 0 losses 0\n");
    CHECK(rank.wait().exit_code == 0);
  }
  auto store = fixture.open();
  Row counts;
  store.query(
      "SELECT count(*), count(DISTINCT rank), count(DISTINCT labels), count(DISTINCT step)"
      " FROM metric_points WHERE metric = 'loss'",
      counts);
  CHECK(counts.text == "16000 8 8 2000");
  CHECK(count_of(store, run.value, "loss") == 16'000);
  CHECK(store.find_metric(run, "loss").last->value == 1'999);
  CHECK(store.points(run, {"loss", {}}).steps.size() == 2'000);
  CHECK(count_of(store, run.value, "loss{rank=3}") == 2'000);
}

TEST_CASE("a sweep of 20 processes under one `track run` becomes 20 children of it", "[harm]") {
  const StoreFixture fixture;
  const std::string script =
      "for i in $(seq 20); do '" HARM_TRAINER "' points '" + fixture.store() + "' 100 & done; wait";
  Child sweep({HARM_PROGRAM, "--store", fixture.store(), "run", "--", "/bin/sh", "-c", script});
  sweep.read_rest();
  INFO(sweep.errors());
  REQUIRE(sweep.wait().exit_code == 0);

  auto store = fixture.open();
  const auto runs = store.list({});
  REQUIRE(runs.size() == 21);
  const auto parent = std::find_if(runs.begin(), runs.end(),
                                   [](const track::RunRecord& run) { return !run.parent; });
  REQUIRE(parent != runs.end());
  CHECK(parent->state == RunState::finished);
  CHECK(store.details(parent->id).children.size() == 20);
  for (const auto& run : runs) {
    CHECK(run.state == RunState::finished);
    if (run.parent) {
      CHECK(run.parent == parent->id);
      CHECK(count_of(store, run.id.value, "loss") == 100);
    }
  }
}
