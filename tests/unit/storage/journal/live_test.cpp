#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "child_process.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/journal/live.hpp"
#include "track_test/temp_dir.hpp"

using namespace track::storage;
using track::MemberRecord;
using track::Uuid;
using track_test::ChildProcess;
using track_test::Shared;

namespace {

struct Store {
  track_test::TempDir directory;
  track::RunId run = track::RunId::random();
  Store() { std::filesystem::create_directory(path()); }
  [[nodiscard]] std::filesystem::path path() const { return directory / run.value; }

  [[nodiscard]] MemberRecord member_of(const LiveFile& live) const {
    MemberRecord member;
    member.run = run;
    member.boot_id = boot_id();
    member.live_file = live.name();
    member.device = live.device();
    member.inode = live.inode();
    return member;
  }
};

}  // namespace

TEST_CASE("a live file tells that its process is alive, and goes with it", "[journal]") {
  const Store store;
  auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
  const auto member = store.member_of(*live);
  CHECK(probe(store.directory.path(), member) == Liveness::alive);
  CHECK(std::distance(std::filesystem::directory_iterator(store.path()), {}) == 1);
  live.reset();
  CHECK(probe(store.directory.path(), member) == Liveness::dead);
  CHECK(std::filesystem::is_empty(store.path()));
}

TEST_CASE("a process that was killed is found dead", "[journal]") {
  const Store store;
  struct State {
    std::atomic<bool> ready = false;
    std::array<char, 64> name{};
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
  };
  const Shared<State> state;
  ChildProcess child([&] {
    const auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
    live->name().copy(state->name.data(), state->name.size());
    state->device = live->device();
    state->inode = live->inode();
    state->ready = true;
    for (;;) pause();
    return 0;
  });
  while (!state->ready) std::this_thread::yield();
  MemberRecord member;
  member.run = store.run;
  member.boot_id = boot_id();
  member.live_file = state->name.data();
  member.device = state->device;
  member.inode = state->inode;
  CHECK(probe(store.directory.path(), member) == Liveness::alive);
  child.kill();
  CHECK(probe(store.directory.path(), member) == Liveness::dead);
}

TEST_CASE("a forked child that lives on does not keep its parent alive", "[journal]") {
  const Store store;
  struct State {
    std::atomic<bool> ready = false;
    std::array<char, 64> name{};
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::atomic<pid_t> grandchild = 0;
  };
  const Shared<State> state;
  ChildProcess child([&] {
    const auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
    live->name().copy(state->name.data(), state->name.size());
    state->device = live->device();
    state->inode = live->inode();
    const pid_t pid = fork();
    if (pid == 0) {
      state->grandchild = getpid();
      for (;;) pause();
    }
    while (state->grandchild == 0) std::this_thread::yield();
    state->ready = true;
    for (;;) pause();
    return 0;
  });
  while (!state->ready) std::this_thread::yield();
  MemberRecord member;
  member.run = store.run;
  member.boot_id = boot_id();
  member.live_file = state->name.data();
  member.device = state->device;
  member.inode = state->inode;
  CHECK(probe(store.directory.path(), member) == Liveness::alive);
  child.kill();
  CHECK(kill(state->grandchild, 0) == 0);
  CHECK(probe(store.directory.path(), member) == Liveness::dead);
  kill(state->grandchild, SIGKILL);
}

TEST_CASE("a forked child that drops its copy leaves the file and the lock", "[journal]") {
  const Store store;
  auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
  ChildProcess child([&] {
    live.reset();
    return 0;
  });
  REQUIRE(child.wait() == 0);
  CHECK(probe(store.directory.path(), store.member_of(*live)) == Liveness::alive);
}

TEST_CASE("what cannot be judged is said to be so", "[journal]") {
  const Store store;
  const auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
  const auto member = store.member_of(*live);
  SECTION("another inode: the store was copied") {
    auto other = member;
    other.inode += 1;
    CHECK(probe(store.directory.path(), other) == Liveness::unjudgeable);
  }
  SECTION("recorded where locks cannot be trusted") {
    auto other = member;
    other.local = false;
    CHECK(probe(store.directory.path(), other) == Liveness::unjudgeable);
  }
  SECTION("a name that leads elsewhere") {
    auto other = member;
    other.live_file = "../" + store.run.value + "/" + live->name();
    CHECK(probe(store.directory.path(), other) == Liveness::unjudgeable);
    other.live_file.clear();
    CHECK(probe(store.directory.path(), other) == Liveness::unjudgeable);
  }
  SECTION("a link in its place") {
    const auto path = store.path() / live->name();
    const auto target = store.directory / "target";
    std::filesystem::rename(path, target);
    std::filesystem::create_symlink(target, path);
    CHECK(probe(store.directory.path(), member) == Liveness::unjudgeable);
  }
}

TEST_CASE("the same file under another boot belongs to a process that is gone", "[journal]") {
  const Store store;
  const auto live = LiveFile::create(store.path(), Uuid::random(), 0600);
  auto member = store.member_of(*live);
  member.boot_id = "00000000-0000-4000-8000-000000000000";
  CHECK(probe(store.directory.path(), member) == Liveness::dead);
}

TEST_CASE("a live file cannot be made where its directory is missing", "[journal]") {
  const Store store;
  try {
    static_cast<void>(LiveFile::create(store.path() / "missing", Uuid::random(), 0600));
    FAIL("no error");
  } catch (const track::Error& error) {
    CHECK(std::string(error.what()).find("missing") != std::string::npos);
  }
  CHECK(std::filesystem::is_empty(store.path()));
}

TEST_CASE("a process is named by its start, a machine by its boot", "[journal]") {
  CHECK(boot_id().size() == 36);
  CHECK(process_start_ticks(getpid()) > 0);
  CHECK(process_start_ticks(getpid()) >= process_start_ticks(1));
  CHECK(process_start_ticks(0) == 0);
}
