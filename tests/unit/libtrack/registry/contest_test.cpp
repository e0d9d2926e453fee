#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "registry_fixture.hpp"

using namespace track;
using track_test::RegistryStore;

namespace {

constexpr std::int64_t k_steps = 24;

/// What a process tells when it moved the alias.
struct Win {
  std::int64_t sequence = 0;
  std::int64_t process = 0;
};

/// Promotes for as long as there are steps, each time from what it sees.
void contend(const RegistryStore& fixture, const RunId& run, std::int64_t process, int report) {
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.actor = std::to_string(process);
  for (std::int64_t sequence = 0; sequence < k_steps;) {
    const auto aliases = registry.aliases("digits");
    sequence = aliases.empty() ? 0 : aliases[0].sequence;
    options.expect = sequence;
    try {
      const Win win{registry.promote(run, options).transition.alias_sequence, process};
      if (::write(report, &win, sizeof win) != sizeof win) std::_Exit(2);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::conflict) std::_Exit(3);
    }
  }
}

}  // namespace

TEST_CASE("16 processes contend for one alias: each step has one winner, killed or not",
          "[registry]") {
  RegistryStore fixture;
  std::vector<RunId> runs;
  for (int i = 0; i < 16; ++i) runs.push_back(fixture.train("model " + std::to_string(i)));
  std::array<int, 2> channel{};
  REQUIRE(::pipe(channel.data()) == 0);
  std::vector<pid_t> processes;
  for (std::int64_t i = 0; i < 16; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::close(channel[0]);
      contend(fixture, runs[static_cast<std::size_t>(i)], i, channel[1]);
      std::_Exit(0);
    }
    processes.push_back(pid);
  }
  ::close(channel[1]);
  std::vector<Win> wins;
  for (Win win; ::read(channel[0], &win, sizeof win) == sizeof win;) {
    wins.push_back(win);
    // Whoever has just won is likely in the midst of the next attempt.
    if (wins.size() % 6 == 0) ::kill(processes[static_cast<std::size_t>(win.process)], SIGKILL);
  }
  ::close(channel[0]);
  int killed = 0;
  for (const auto pid : processes) {
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status)) {
      ++killed;
    } else {
      CHECK(WEXITSTATUS(status) == 0);
    }
  }
  CHECK(killed > 0);

  auto store = fixture.open();
  Registry registry(store);
  const auto transitions = registry.transitions("digits");
  REQUIRE(static_cast<std::int64_t>(transitions.size()) >= k_steps);
  std::map<std::int64_t, std::string> winners;
  std::optional<std::int64_t> before;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    CHECK(transitions[i].alias_sequence == static_cast<std::int64_t>(i) + 1);
    CHECK(transitions[i].from == before);
    before = transitions[i].to;
    winners[transitions[i].alias_sequence] = transitions[i].actor;
  }
  std::set<std::int64_t> told;
  for (const auto& win : wins) {
    CHECK(told.insert(win.sequence).second);
    CHECK(winners[win.sequence] == std::to_string(win.process));
  }
  CHECK(registry.aliases("digits").at(0).sequence == static_cast<std::int64_t>(transitions.size()));
  CHECK(registry.verify_audit().findings.empty());
}
