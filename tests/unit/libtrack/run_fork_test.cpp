#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <thread>

#include "run_fixture.hpp"

using namespace track::schemas;
using track::MemberRole;
using track::storage::Liveness;
using track_test::in_child;
using track_test::Message;
using track_test::RunStore;

TEST_CASE("a forked child that logs is a member of its own, and ends nothing", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  auto loss = run.metric("loss");
  loss.log(0, 1.0);
  const int status = in_child([&] {
    if (!loss.log(1, 2.0) || !run.log("child", 0, 3.0)) ::_exit(1);
    run.finish();
  });
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(loss.log(2, 4.0));

  auto journal = store.read(run.id());
  const auto members = journal.all<MemberStartEntry>();
  REQUIRE(members.size() == 2);
  CHECK(members[0].role == MemberRole::owner);
  CHECK(members[1].role == MemberRole::forked);
  CHECK(members[1].pid != members[0].pid);
  CHECK(journal.all<RunEndEntry>().empty());
  CHECK(journal.all<MemberEndEntry>().size() == 1);
  CHECK(journal.all<MemberEndEntry>()[0].member == members[1].member);
  CHECK(store.probe(run.id(), members[0]) == Liveness::alive);
  CHECK(store.probe(run.id(), members[1]) == Liveness::dead);

  run.finish();
  journal = store.read(run.id());
  CHECK(journal.all<RunEndEntry>().size() == 1);
  CHECK(journal.point_count == 4);
}

TEST_CASE("a forked child that logs nothing leaves no trace, however it ends", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  in_child([&] { ::_exit(0); });
  in_child([&] { std::exit(4); });
  in_child([&] { auto copy = std::move(run); });
  in_child([&] { run.finish(); });
  const auto journal = store.read(run.id());
  CHECK(journal.all<MemberStartEntry>().size() == 1);
  CHECK(journal.all<RunEndEntry>().empty());
  CHECK(store.probe(run.id(), journal.all<MemberStartEntry>()[0]) == Liveness::alive);
  CHECK(run.log("x", 0, 1.0));
}

TEST_CASE("a forked child's exit with a code is not the run's", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  in_child([&] {
    run.log("child", 0, 1.0);
    std::exit(4);
  });
  const auto journal = store.read(run.id());
  CHECK(journal.all<RunEndEntry>().empty());
  CHECK(journal.all<MemberEndEntry>().size() == 1);
  CHECK(journal.point_count == 1);
}

TEST_CASE("a killed parent is dead while its forked child lives on", "[run]") {
  RunStore store;
  Message from_child;
  Message to_child;
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto run = start_idle(store);
    if (::fork() == 0) {
      run.log("child", 0, 1.0);
      from_child.send(run.id().value);
      (void)to_child.receive();
      run.log("child", 1, 2.0);
      from_child.send("done");
      ::_exit(0);
    }
    for (;;) ::pause();
  }
  const auto id = track::RunId::parse(from_child.receive());
  REQUIRE(id);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  const auto members = store.read(*id).all<MemberStartEntry>();
  REQUIRE(members.size() == 2);
  CHECK(store.probe(*id, members[0]) == Liveness::dead);
  CHECK(store.probe(*id, members[1]) == Liveness::alive);
  to_child.send("go on");
  CHECK(from_child.receive() == "done");
  CHECK(store.read(*id).point_count == 2);
}

TEST_CASE("a child of a child is a member again", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  in_child([&] {
    run.log("child", 0, 1.0);
    in_child([&] { run.log("grandchild", 0, 2.0); });
    run.log("child", 1, 1.0);
  });
  const auto journal = store.read(run.id());
  CHECK(journal.all<MemberStartEntry>().size() == 3);
  CHECK(journal.point_count == 3);
}

TEST_CASE("forks amid logging threads neither hang nor lose", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> kept = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto metric = run.metric("thread", {{"t", std::to_string(t)}});
      for (int step = 0; !stop; ++step) {
        kept += metric.log(step, t) ? 1U : 0U;
// A sanitizer does not give its allocator's locks back in a forked child.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        run.set_tag("t" + std::to_string(t), std::to_string(step));
#endif
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    const int status = in_child([&] {
      if (!run.log("child", 0, 1.0)) ::_exit(1);
    });
    CHECK(WEXITSTATUS(status) == 0);
    CHECK_FALSE(WIFSIGNALED(status));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK(run.finish().complete());
  CHECK(store.read(run.id()).point_count == kept + 20);
}

// Of every allocator: a child of this test never calls one, whose locks another thread may hold.
TEST_CASE("a fork on the way to another program never waits for the allocator", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  auto loss = run.metric("loss");
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&stop] {
      for (std::size_t size = 1; !stop; size = size % 100'000 + 997)
        const std::vector<std::string> some(8, std::string(size, 'x'));
    });
  }
  for (int i = 0; i < 300; ++i) {
    CHECK(loss.log(i, 1.0));
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK(run.finish().complete());
}
