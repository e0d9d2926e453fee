#include <sys/resource.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>
#include <vector>

#include "child_process.hpp"
#include "track/storage/journal/helper.hpp"

using track::storage::Helper;
using track_test::ChildProcess;

TEST_CASE("the helper runs tasks in the order given, and the last before it ends", "[journal]") {
  std::vector<int> order;
  {
    Helper helper([] { return false; });
    REQUIRE(helper.running());
    for (int i = 0; i < 100; ++i) REQUIRE(helper.post([&, i] { order.push_back(i); }));
    REQUIRE(helper.drain());
    CHECK(order.size() == 100);
    for (int i = 100; i < 200; ++i) REQUIRE(helper.post([&, i] { order.push_back(i); }));
  }
  REQUIRE(order.size() == 200);
  for (int i = 0; i < 200; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("the helper ticks, and outlives what its tasks throw", "[journal]") {
  std::atomic<int> ticks = 0;
  Helper helper([&] {
    ++ticks;
    throw std::runtime_error("tick");
  });
  REQUIRE(helper.post([] { throw std::runtime_error("task"); }));
  REQUIRE(helper.drain());
  const int before = ticks;
  while (ticks < before + 3) sched_yield();
  CHECK(helper.running());
}

TEST_CASE("draining gives up after its time", "[journal]") {
  std::atomic<bool> go = false;
  Helper helper([] { return false; });
  REQUIRE(helper.post([&] {
    while (!go) sched_yield();
  }));
  CHECK_FALSE(helper.drain(1));
  go = true;
  CHECK(helper.drain());
}

TEST_CASE("no signal handler runs in the helper", "[journal]") {
  sigset_t mask;
  sigemptyset(&mask);
  Helper helper([] { return false; });
  REQUIRE(helper.post([&] { pthread_sigmask(SIG_BLOCK, nullptr, &mask); }));
  REQUIRE(helper.drain());
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGCHLD, SIGALRM})
    CHECK(sigismember(&mask, signal) == 1);
  sigset_t own;
  pthread_sigmask(SIG_BLOCK, nullptr, &own);
  CHECK(sigismember(&own, SIGINT) == 0);
}

TEST_CASE("in a forked child there is no helper, and nothing waits for it", "[journal]") {
  auto helper = std::make_unique<Helper>([] { return true; });
  for (int i = 0; i < 10; ++i) {
    REQUIRE(helper->post([] {}));
    ChildProcess child([&] {
      const bool there = helper->running() || helper->post([] {}) || helper->drain();
      helper.reset();
      return there ? 1 : 0;
    });
    CHECK(child.wait() == 0);
  }
  CHECK(helper->drain());
}

TEST_CASE("where no thread can be started there is no helper, and no harm", "[journal]") {
  ChildProcess child([] {
    // Root is not bound by the limit on processes.
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_NPROC, &none) != 0 || (geteuid() == 0 && setuid(65534) != 0)) return 2;
    Helper helper([] { return true; });
    return helper.running() || helper.post([] {}) || helper.drain() ? 1 : 0;
  });
  CHECK(child.wait() == 0);
}
