#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include "run/attempt.hpp"
#include "run/run_key.hpp"
#include "run_fixture.hpp"
#include "track/command.hpp"
#include "track/store.hpp"

using namespace track::schemas;
using track::MemberRole;
using track::RunState;
using track_test::in_child;
using track_test::Message;
using track_test::RunStore;

namespace {

track::RunOptions keyed(RunStore& store, std::string key = "job") {
  auto options = store.options();
  options.key = std::move(key);
  return options;
}

track::Store open(const RunStore& store) {
  track::StoreOptions options;
  options.path = store.root();
  return track::Store::open(options);
}

std::set<std::int64_t> attempts_in(const track_test::RunJournal& journal) {
  std::set<std::int64_t> attempts;
  for (const auto& segment : journal.segments) attempts.insert(segment.order.attempt);
  return attempts;
}

/// A trainer that knows its key and its checkpoint, and nothing else. Its value is the step's.
[[noreturn]] void train(RunStore& store, const std::filesystem::path& checkpoint, long steps) {
  long step = 0;
  std::ifstream(checkpoint) >> step;
  {
    auto run = track::start_run(keyed(store));
    auto loss = run.metric("loss");
    for (; step < steps; ++step) {
      if (step % 50 == 0) {
        std::ofstream(checkpoint.string() + ".new") << step;
        std::filesystem::rename(checkpoint.string() + ".new", checkpoint);
        run.log("val/loss", step, static_cast<double>(step));
      }
      loss.log(step, static_cast<double>(step));
      ::usleep(100);
    }
  }
  ::_exit(0);
}

}  // namespace

TEST_CASE("a key names the same run everywhere", "[run][resume]") {
  // As docs/formats.md has it.
  CHECK(track::detail::run_of_key("digits", "nightly-7").value == "ytc0hmhx7f796wmf");
  CHECK(track::detail::run_of_key("digits", "nightly-8").value !=
        track::detail::run_of_key("digits", "nightly-7").value);
  CHECK(track::detail::run_of_key("a", "b").value != track::detail::run_of_key("ab", "").value);
}

TEST_CASE("a run with a key is created, then resumed as its next attempt", "[run][resume]") {
  RunStore store;
  track::RunId id;
  {
    auto run = track::start_run(keyed(store));
    id = run.id();
    for (int step = 0; step < 10; ++step) run.log("loss", step, 1.0);
    run.log("system/power", 9, 1.0);
    (void)run.fail("preempted");
  }
  auto questions = open(store);
  CHECK(questions.find_run(id)->state == RunState::failed);
  {
    ::setenv("TRACK_RUN_KEY", "job", 1);
    auto run = track::start_run(store.options());
    ::unsetenv("TRACK_RUN_KEY");
    CHECK(run.id() == id);
    CHECK(questions.find_run(id)->state == RunState::running);
    run.log("loss", 5, 2.0);
    run.log("system/power", 2, 2.0);
  }
  const auto details = questions.details(id);
  CHECK(details.run.state == RunState::finished);
  CHECK(details.run.attempt == 2);
  REQUIRE(details.attempts.size() == 2);
  CHECK(details.attempts[0].state == RunState::failed);
  CHECK(details.attempts[0].end_reason == "preempted");
  CHECK(details.attempts[1].state == RunState::finished);
  CHECK(questions.points(id, {"loss", {}}).values == std::vector<double>{1, 1, 1, 1, 1, 2});
  CHECK(questions.points(id, {"system/power", {}}).values.size() == 2);
  CHECK(store.warnings.empty());
}

TEST_CASE("a preempted job goes on from its checkpoint without knowing its run", "[run][resume]") {
  RunStore store;
  constexpr long k_steps = 2000;
  const auto checkpoint = store.path() / "checkpoint";
  int kills = 0;
  for (;; ++kills) {
    const pid_t pid = ::fork();
    if (pid == 0) train(store, checkpoint, k_steps);
    if (kills < 8) {
      ::usleep(20'000 + 3000 * static_cast<unsigned>(kills));
      ::kill(pid, SIGKILL);
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    // Readers come and go meanwhile.
    if (kills % 3 == 1) CHECK(open(store).list({}).size() <= 1);
    if (WIFEXITED(status)) break;
  }
  CHECK(store.warnings.empty());
  auto questions = open(store);
  const auto runs = questions.list({});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].state == RunState::finished);
  CHECK(runs[0].dropped == 0);
  CHECK(runs[0].attempt >= 2);
  CHECK(runs[0].attempt <= kills + 1);  // one may have been killed before it started
  const auto points = questions.points(runs[0].id, {"loss", {}});
  REQUIRE(points.steps.size() == k_steps);
  for (long step = 0; step < k_steps; ++step) {
    const auto at = static_cast<std::size_t>(step);
    REQUIRE(points.steps[at] == step);
    REQUIRE(points.values[at] == static_cast<double>(step));
  }
  CHECK(questions.points(runs[0].id, {"val/loss", {}}).steps.size() == k_steps / 50);
  CHECK(questions.find_metric(runs[0].id, "loss").count == k_steps);
}

TEST_CASE("a run that somebody is in is not resumed by a second process", "[run][resume]") {
  RunStore store;
  auto first = track::start_run(keyed(store));
  auto second = track::start_run(keyed(store));
  CHECK(second.id() != first.id());
  CHECK(store.read(second.id()).all<RunStartEntry>().at(0).parent == first.id());
  REQUIRE(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot resume run '" + first.id().value +
                               "': a process of it is still alive") != std::string::npos);
  auto strict = keyed(store);
  strict.strict = true;
  CHECK_THROWS_AS(track::start_run(strict), track::Error);
}

TEST_CASE("a forked child that lives on does not keep a run from being resumed", "[run][resume]") {
  RunStore store;
  Message ready;
  Message stop;
  const pid_t pid = ::fork();
  if (pid == 0) {
    auto run = track::start_run(keyed(store));
    run.wait_for_capture();
    if (::fork() == 0) {
      run.log("loss", 0, 1.0);
      ready.send(run.id().value);
      (void)stop.receive();
      ::_exit(0);
    }
    ::pause();
  }
  const auto id = ready.receive();
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  auto run = track::start_run(keyed(store));
  CHECK(run.id().value == id);
  stop.send("");
}

TEST_CASE("ranks of one launch agree on their attempt, and rank 0 owns it", "[run][resume]") {
  RunStore store;
  const auto launch = [&] {
    // The launcher is the parent of its ranks.
    return in_child([&] {
      std::vector<pid_t> ranks;
      for (int rank = 3; rank >= 0; --rank) {
        const pid_t pid = ::fork();
        if (pid == 0) {
          ::setenv("RANK", std::to_string(rank).c_str(), 1);
          ::setenv("WORLD_SIZE", "4", 1);
          { track::start_run(keyed(store)).log("loss", rank, 1.0); }
          ::_exit(0);
        }
        ranks.push_back(pid);
      }
      for (const auto pid : ranks) ::waitpid(pid, nullptr, 0);
    });
  };
  const auto id = track::detail::run_of_key("test", "job");
  REQUIRE(launch() == 0);
  auto journal = store.read(id);
  CHECK(attempts_in(journal).size() == 1);
  REQUIRE(launch() == 0);
  journal = store.read(id);
  CHECK(attempts_in(journal).size() == 2);
  CHECK(journal.points.size() == 4);
  CHECK(journal.all<RunStartEntry>().size() == 2);
  CHECK(journal.all<RunEndEntry>().size() == 2);
  for (const auto& member : journal.all<MemberStartEntry>())
    CHECK((member.role == MemberRole::owner || member.role == MemberRole::rank));
  auto questions = open(store);
  CHECK(questions.find_run(id)->state == RunState::finished);
  CHECK(questions.find_run(id)->attempt == 2);
  CHECK_FALSE(std::filesystem::exists(store.journal(id)));  // the attempts' files are cleared, too
}

TEST_CASE("what joins a resumed run is part of its latest attempt", "[run][resume]") {
  RunStore store;
  { track::start_run(keyed(store)).log("loss", 0, 1.0); }
  auto run = track::start_run(keyed(store));
  ::setenv("TRACK_RUN_ID", run.id().value.c_str(), 1);
  ::setenv("TRACK_STORE", store.root().c_str(), 1);
  { track::AttachedRun::open().log("eval", 3, 0.5); }
  ::setenv("TRACK_RANK", "1", 1);
  CHECK(in_child([&] { track::start_run(store.options()).log("x", 0, 1.0); }) == 0);
  const auto journal = store.read(run.id());
  const auto attempts = attempts_in(journal);
  REQUIRE(attempts.size() == 2);
  CHECK(journal.points.size() == 3);
  for (const auto& info : journal.segments) {
    for (const auto& columns : track::storage::read_segment(info, 0).points)
      CHECK((columns.series.name == "loss") == (info.order.attempt == *attempts.begin()));
  }
  ::unsetenv("TRACK_RANK");
}

TEST_CASE("a key is refused where something else decides the run", "[run][resume]") {
  RunStore store;
  auto owner = track::start_run(store.options());
  CHECK(in_child([&] {
          ::setenv("TRACK_RUN_ID", owner.id().value.c_str(), 1);
          ::setenv("TRACK_RANK", "1", 1);
          auto run = track::start_run(keyed(store));
          if (run.id() != owner.id() || store.warnings.size() != 1) ::_exit(1);
        }) == 0);
  auto run = track::start_run(keyed(store, std::string("a\nb")));
  CHECK(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot resume a run by key") != std::string::npos);
}

TEST_CASE("an attempt that nobody can have begun is not taken at its word", "[run][resume]") {
  RunStore store;
  const auto run = track::start_run(keyed(store));
  const auto journal = store.journal(run.id());
  const auto own = *attempts_in(store.read(run.id())).begin();
  for (const char* text : {"", "x", "0", "-7", "1e3", "9223372036854775807", "253402300800000"}) {
    ::setenv("TRACK_RUN_ATTEMPT", text, 1);
    CHECK(track::detail::attempt_to_join(journal) == own);
  }
  ::setenv("TRACK_RUN_ATTEMPT", "253402300799999", 1);
  CHECK(track::detail::attempt_to_join(journal) == 253'402'300'799'999);
  ::unsetenv("TRACK_RUN_ATTEMPT");
  // Another clock was ahead: the next attempt comes after all the same.
  CHECK(track::detail::next_attempt(journal, {1}) == own + 1);
  CHECK(track::detail::next_attempt(store.path() / "none", {5}) == 5);
}

TEST_CASE("a rewind takes what was logged before it out of view, in all threads", "[run][resume]") {
  RunStore store;
  auto run = track::start_run(store.options());
  auto loss = run.metric("loss");
  std::thread([&] {
    for (int step = 0; step < 10; ++step) run.log("other", step, 1.0);
  }).join();
  for (int step = 0; step < 10; ++step) loss.log(step, 1.0);
  run.rewind(4);
  loss.log(4, 2.0);
  std::thread([&] { run.log("other", 5, 2.0); }).join();
  auto questions = open(store);
  CHECK(questions.points(run.id(), {"loss", {}}).values == std::vector<double>{1, 1, 1, 1, 2});
  CHECK(questions.points(run.id(), {"other", {}}).steps ==
        std::vector<std::int64_t>{0, 1, 2, 3, 5});
  CHECK(questions.find_metric(run.id(), "loss").last->value == 2);

  // By an axis: epoch 1 began at step 6.
  for (int step = 5; step < 9; ++step) {
    run.log("epoch", step, step < 6 ? 0 : 1);
    loss.log(step, 3.0);
  }
  run.rewind("epoch", 1.0);
  CHECK(questions.points(run.id(), {"loss", {}}).values == std::vector<double>{1, 1, 1, 1, 2, 3});
  run.rewind("epoch", 99.0);
  run.rewind("never", 1.0);
  CHECK(questions.points(run.id(), {"loss", {}}).steps.size() == 6);
  CHECK(run.finish().complete());
}

TEST_CASE("a rewind that cannot be meant is refused", "[run][resume]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.log("loss", 1, 1.0);
  run.rewind("", 0.0);
  run.rewind("epoch", std::nan(""));
  CHECK(run.finish().losses.size() == 2);
  CHECK(open(store).points(run.id(), {"loss", {}}).steps.size() == 1);
}
