#include <catch2/catch.hpp>

#include <set>

#include "run_fixture.hpp"

using namespace track::schemas;
using track::MemberRole;
using track_test::in_child;
using track_test::Message;
using track_test::RunStore;

TEST_CASE("8 ranks are one run", "[run]") {
  RunStore store;
  const auto id = track::RunId::random();
  std::vector<pid_t> ranks;
  for (int rank = 0; rank < 8; ++rank) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::setenv("TRACK_RUN_ID", id.value.c_str(), 1);
      ::setenv("TRACK_RANK", std::to_string(rank).c_str(), 1);
      {
        auto run = start_idle(store);
        if (run.id() != id) ::_exit(1);
        run.set_param("lr", 0.1);
        auto loss = run.metric("loss");
        for (int step = 0; step < 99; ++step) loss.log(step, rank);
        run.log("loss", 99, rank);
      }
      ::_exit(0);
    }
    ranks.push_back(pid);
  }
  for (const auto pid : ranks) {
    int status = -1;
    ::waitpid(pid, &status, 0);
    CHECK(status == 0);
  }
  CHECK(track::storage::list_journal_runs(store.journals()).size() == 1);
  const auto journal = store.read(id);
  CHECK(journal.point_count == 800);
  CHECK(journal.all<MemberStartEntry>().size() == 8);
  CHECK(journal.all<MemberEndEntry>().size() == 8);
  // Whoever came first made the run, and alone decides its end.
  CHECK(journal.all<RunStartEntry>().size() == 1);
  CHECK(journal.all<RunEndEntry>().size() == 1);
  std::set<std::int64_t> seen;
  for (const auto& segment : journal.segments) seen.insert(segment.order.rank);
  CHECK(seen.size() == 8);
  CHECK(journal.points.size() == 8);
  for (int rank = 0; rank < 8; ++rank) {
    const auto& points = journal.points.at("loss{rank=" + std::to_string(rank) + "}");
    CHECK(points.values == std::vector<double>(100, rank));
  }
}

TEST_CASE("a start below a run makes a child that names it", "[run]") {
  RunStore store;
  auto parent = track::start_run(store.options());
  ::setenv("TRACK_RUN_ID", parent.id().value.c_str(), 1);
  auto child = track::start_run(store.options());
  CHECK(child.id() != parent.id());
  CHECK(store.read(child.id()).all<RunStartEntry>().at(0).parent == parent.id());
}

TEST_CASE("the started process joins once, and further starts in it are children", "[run]") {
  RunStore store;
  Message from_owner;
  Message to_owner;
  const pid_t owner = ::fork();
  if (owner == 0) {
    auto run = track::start_run(store.options());
    from_owner.send(run.id().value);
    (void)to_owner.receive();
    ::_exit(0);
  }
  const track::RunId id{from_owner.receive()};
  Message started;
  in_child([&] {
    ::setenv("TRACK_RUN_ID", id.value.c_str(), 1);
    ::setenv("TRACK_RUN_PID", std::to_string(::getpid()).c_str(), 1);
    auto first = track::start_run(store.options());
    first.log("x", 0, 1.0);
    started.send(first.id().value);
    first.fail("of no consequence for the owner");
    auto second = track::start_run(store.options());
    started.send(second.id().value);
  });
  CHECK(started.receive() == id.value);
  const auto second = track::RunId::parse(started.receive());
  REQUIRE(second);
  CHECK(*second != id);
  CHECK(store.read(*second).all<RunStartEntry>().at(0).parent == id);
  const auto journal = store.read(id);
  CHECK(journal.point_count == 1);
  CHECK(journal.all<RunEndEntry>().empty());
  REQUIRE(journal.all<MemberStartEntry>().size() == 2);
  CHECK(journal.all<MemberStartEntry>()[1].role == MemberRole::rank);
  to_owner.send("end");
  ::waitpid(owner, nullptr, 0);
}

TEST_CASE("a run below garbage is a run of its own with a warning", "[run]") {
  RunStore store;
  ::setenv("TRACK_RUN_ID", "garbage", 1);
  auto run = track::start_run(store.options());
  CHECK(run.log("x", 0, 1.0));
  CHECK(store.warnings.size() == 1);
  CHECK(run.finish().losses.size() == 1);
}
