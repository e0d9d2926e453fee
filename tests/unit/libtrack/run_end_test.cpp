#include <catch2/catch.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <thread>

#include "run_fixture.hpp"

using namespace track::schemas;
using track::RunState;
using track_test::in_child;
using track_test::Message;
using track_test::RunStore;

namespace {

/// The id of the only run below `store`.
track::RunId only_run(const RunStore& store) {
  const auto runs = track::storage::list_journal_runs(store.journals());
  REQUIRE(runs.size() == 1);
  return runs[0];
}

/// What the only run's owner said of its end; nothing where it died without a word.
std::optional<RunEndEntry> only_end(const RunStore& store) {
  const auto ends = store.read(only_run(store)).all<RunEndEntry>();
  if (ends.empty()) return std::nullopt;
  CHECK(ends.size() == 1);
  return ends[0];
}

void be_quiet() { std::fclose(stderr); }  // what terminate prints is no part of the test

struct SlowToSay : std::exception {
  const char* what() const noexcept override { return "the loss is NaN"; }
};

}  // namespace

TEST_CASE("a run destroyed by an unwinding exception has failed", "[run]") {
  RunStore store;
  try {
    const auto run = track::start_run(store.options());
    throw SlowToSay();
  } catch (const SlowToSay&) {
  }
  REQUIRE(only_end(store));
  CHECK(only_end(store)->state == RunState::failed);
  CHECK(only_end(store)->reason == "exception");
}

TEST_CASE("a run that lives within the handling of an exception finishes", "[run]") {
  RunStore store;
  struct StartsAsItUnwinds {
    RunStore& store;
    ~StartsAsItUnwinds() { track::start_run(store.options()).log("x", 0, 1.0); }
  };
  try {
    const StartsAsItUnwinds late{store};
    throw SlowToSay();
  } catch (const SlowToSay&) {
  }
  CHECK(only_end(store)->state == RunState::finished);
}

TEST_CASE("fail() says why", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.fail("diverged");
  run.finish();
  CHECK(only_end(store)->state == RunState::failed);
  CHECK(only_end(store)->reason == "diverged");
}

TEST_CASE("exit(3) is recorded as a failure with its code", "[run]") {
  RunStore store;
  const int status = in_child([&] {
    const auto run = track::start_run(store.options());
    (void)run.id();
    std::exit(3);
  });
  CHECK(WEXITSTATUS(status) == 3);
  REQUIRE(only_end(store));
  CHECK(only_end(store)->state == RunState::failed);
  CHECK(only_end(store)->exit_code == 3);
  CHECK(only_end(store)->reason == "exit code 3");
}

TEST_CASE("exit(0) with an open run finishes it", "[run]") {
  RunStore store;
  in_child([&] {
    auto run = track::start_run(store.options());
    run.log("x", 1, 2.0);
    std::exit(0);
  });
  CHECK(only_end(store)->state == RunState::finished);
  CHECK(store.read(only_run(store)).point_count == 1);
}

TEST_CASE("an uncaught exception is recorded with its words", "[run]") {
  RunStore store;
  const int status = in_child([&] {
    be_quiet();
    std::thread([&] {
      const auto run = track::start_run(store.options());
      throw SlowToSay();
    }).join();
  });
  CHECK(WTERMSIG(status) == SIGABRT);
  REQUIRE(only_end(store));
  CHECK(only_end(store)->state == RunState::failed);
  CHECK(only_end(store)->reason == "exception: the loss is NaN");
}

TEST_CASE("the handler that a program set itself is called after", "[run]") {
  RunStore store;
  const int status = in_child([&] {
    std::set_terminate([] { ::_exit(77); });
    std::thread([&] {
      const auto run = track::start_run(store.options());
      throw SlowToSay();
    }).join();
  });
  CHECK(WEXITSTATUS(status) == 77);
  REQUIRE(only_end(store));
  CHECK(only_end(store)->state == RunState::failed);
}

TEST_CASE("a process killed by SIGKILL loses no accepted point and is dead", "[run]") {
  RunStore store;
  Message message;
  const pid_t pid = ::fork();
  if (pid == 0) {
    auto run = track::start_run(store.options());
    auto loss = run.metric("loss");
    for (int step = 0; step < 5000; ++step) {
      if (!loss.log(step, step)) ::_exit(1);
    }
    message.send("logged");
    for (;;) ::pause();
  }
  CHECK(message.receive() == "logged");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  const auto id = only_run(store);
  const auto journal = store.read(id);
  CHECK(journal.point_count == 5000);
  CHECK_FALSE(only_end(store));
  CHECK(store.probe(id, journal.all<MemberStartEntry>().at(0)) == track::storage::Liveness::dead);
}

TEST_CASE("_exit says nothing, and the run is dead", "[run]") {
  RunStore store;
  in_child([&] {
    auto run = track::start_run(store.options());
    run.log("x", 0, 1.0);
    ::_exit(0);
  });
  CHECK_FALSE(only_end(store));
  CHECK(store.read(only_run(store)).point_count == 1);
}

TEST_CASE("a run in a static object ends by exit before it is destroyed", "[run]") {
  RunStore store;
  in_child([&] {
    static std::optional<track::Run> run;
    run.emplace(track::start_run(store.options()));
    std::exit(5);
  });
  REQUIRE(only_end(store));
  CHECK(only_end(store)->exit_code == 5);
}

TEST_CASE("a static run that was started as it was made ends by exit, too", "[run]") {
  RunStore store;
  in_child([&] {
    static auto run = track::start_run(store.options());
    run.set_param("lr", 0.1);
    std::exit(6);
  });
  REQUIRE(only_end(store));
  CHECK(only_end(store)->exit_code == 6);
}

TEST_CASE("a warning's sink may end the process", "[run]") {
  RunStore store;
  const int status = in_child([&] {
    auto options = store.options();
    options.on_warning = [](std::string_view) { std::exit(9); };
    auto run = track::start_run(options);
    run.set_param("", 1);
  });
  CHECK(WEXITSTATUS(status) == 9);
  CHECK(only_end(store)->exit_code == 9);
}

TEST_CASE("many runs of one process each have their end", "[run]") {
  RunStore store;
  for (int i = 0; i < 50; ++i) track::start_run(store.options()).log("x", i, 1.0);
  const auto runs = track::storage::list_journal_runs(store.journals());
  REQUIRE(runs.size() == 50);
  for (const auto& run : runs) CHECK(store.read(run).all<RunEndEntry>().size() == 1);
}
