#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <exception>
#include <string>
#include <vector>

#include "catalog_batches.hpp"
#include "store_fixture.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace {

/// What `body(number)` returned in each of so many children that ran at once: their exit codes.
template <typename Body>
std::vector<int> in_processes(int count, Body body) {
  constexpr int k_threw = 100;
  std::vector<pid_t> children;
  for (int number = 0; number < count; ++number) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        _exit(body(number));
      } catch (const std::exception& error) {
        const std::string what = error.what();
        static_cast<void>(write(STDERR_FILENO, what.data(), what.size()));
      }
      _exit(k_threw);
    }
    children.push_back(child);
  }
  std::vector<int> codes;
  for (const auto child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    codes.push_back(WEXITSTATUS(status));
  }
  return codes;
}

}  // namespace

TEST_CASE("processes that write and read at once never see a locked database", "[catalog]") {
  const Store store;
  constexpr int k_processes = 8;
  constexpr int k_rounds = 12;
  const auto codes = in_processes(k_processes, [&](int number) {
    // Half of them make the catalog at the same moment, all of them write and read.
    const auto catalog = store.open();
    const auto run = run_id(static_cast<char>('a' + number));
    Segment segment(run);
    segment.start("run", "digits");
    for (int round = 0; round < k_rounds; ++round) {
      take(*catalog, segment.points({"loss", {}}, round * 10, {1, 2, 3}));
      catalog->set_tag(run, "round", std::to_string(round));
      if (catalog->list_runs({}).empty()) return 2;
      if (catalog->points(run, {"loss", {}}).steps.size() !=
          3U * (static_cast<unsigned>(round) + 1))
        return 3;
    }
    return 0;
  });
  CHECK(codes == std::vector<int>(k_processes, 0));
  const auto catalog = store.open();
  CHECK(catalog->list_runs({}).size() == k_processes);
  CHECK(catalog->check().empty());
}

TEST_CASE("of many that promote at once exactly one wins each step", "[catalog]") {
  const Store store;
  static_cast<void>(store.open());
  constexpr int k_processes = 6;
  constexpr int k_steps = 5;
  const auto won_each = in_processes(k_processes, [&](int number) {
    int won = 0;
    const auto catalog = store.open();
    for (std::int64_t step = 0; step < k_steps; ++step) {
      RegistryChange change;
      change.model = "m";
      change.alias = "production";
      change.candidate = ModelVersionRecord{
          .model = {}, .digest = Digest{{static_cast<std::uint8_t>(number)}}, .run = run_id('1')};
      change.expected_sequence = step;
      change.reason = "race";
      try {
        catalog->apply(change);
        ++won;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::conflict) throw;  // else another one made this step
      }
    }
    return won;
  });
  int won = 0;
  for (const int each : won_each) {
    REQUIRE(each <= k_steps);
    won += each;
  }
  CHECK(won == k_steps);
  const auto catalog = store.open();
  CHECK(catalog->aliases("m").at(0).sequence == k_steps);
  CHECK(catalog->transitions("m").size() == k_steps);
  CHECK(catalog->check().empty());
}
