#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "child.hpp"
#include "store_fixture.hpp"

using namespace track_test;
using track::RunState;

namespace {

struct Ended {
  Ending process;
  std::string errors;  ///< what it wrote to standard error
  track::RunRecord run;
};

Ended run_to_end(const StoreFixture& fixture, const std::string& behaviour) {
  Child trainer = start_trainer({behaviour, fixture.store()});
  const std::string id = trainer.read_line();
  const Ending ending = trainer.wait();
  auto store = fixture.open();
  CHECK(count_of(store, id, "loss") == 10);
  return {ending, trainer.errors(), store.find_run(track::RunId{id}).value()};
}

}  // namespace

TEST_CASE("exit(3) makes the run failed, with its code", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "exit_code");
  INFO(ended.errors);
  CHECK(ended.process.exit_code == 3);
  CHECK(ended.run.state == RunState::failed);
  CHECK(ended.run.exit_code == 3);
}

TEST_CASE("an uncaught exception makes the run failed, with what it said", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "uncaught");
  CHECK(ended.process.signal == SIGABRT);
  CHECK(ended.run.state == RunState::failed);
  CHECK_THAT(ended.run.end_reason, Catch::Contains("out of cheese"));
}

TEST_CASE("a run destroyed by an exception on its way is failed", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "unwinding");
  CHECK(ended.process.exit_code == 0);
  CHECK(ended.run.state == RunState::failed);
}

TEST_CASE("a signal that nobody catches makes the run killed", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "terminated");
  CHECK(ended.process.signal == SIGTERM);
  CHECK(ended.run.state == RunState::killed);
}

TEST_CASE("a forked worker's _exit does not end the run, and its points are kept", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "forked_worker");
  CHECK(ended.process.exit_code == 0);
  CHECK(ended.run.state == RunState::finished);
  auto store = fixture.open();
  CHECK(count_of(store, ended.run.id.value, "worker") == 10);
}

TEST_CASE("a forked child that destroys its copy of the run does not end it", "[harm]") {
  const StoreFixture fixture;
  const auto ended = run_to_end(fixture, "forked_destroyer");
  CHECK(ended.process.exit_code == 0);
  CHECK(ended.run.state == RunState::finished);
}
