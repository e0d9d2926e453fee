#include "command/auto_steps.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <set>

#include "run_fixture.hpp"

using track::detail::AutoSteps;

TEST_CASE("steps of a series count up from 0 over processes", "[command]") {
  const track_test::TempDir directory;
  CHECK(AutoSteps(directory.path(), 0600).take_next("loss") == 0);
  CHECK(AutoSteps(directory.path(), 0600).take_next("loss") == 1);
  CHECK(AutoSteps(directory.path(), 0600).take_next("loss{split=val}") == 0);
  AutoSteps steps(directory.path(), 0600);
  steps.note("loss", 10);
  steps.note("loss", 5);
  CHECK(steps.take_next("loss") == 11);
  steps.note("low", -7);
  CHECK(steps.take_next("low") == -6);
  steps.note("high", std::numeric_limits<std::int64_t>::max());
  CHECK_THROWS_AS(steps.take_next("high"), track::Error);
}

TEST_CASE("processes that count at once never count the same", "[command]") {
  const track_test::TempDir directory;
  track_test::Message message;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (int n = 0; n < 25; ++n)
        message.send(std::to_string(AutoSteps(directory.path(), 0600).take_next("loss")));
      ::_exit(0);
    }
    children.push_back(pid);
  }
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(message.receive());
  CHECK(seen.size() == 200);
  for (const auto pid : children) ::waitpid(pid, nullptr, 0);
}
