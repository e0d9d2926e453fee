#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include <catch2/catch.hpp>

#include "objects/lease.hpp"
#include "packed_store_fixture.hpp"
#include "track/storage/hash.hpp"

using namespace track_test;  // NOLINT: a test file

TEST_CASE("a lease lives as long as its holder, and not in its forked children", "[storage]") {
  const StoreFixture fixture;
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  pid_t child = -1;
  {
    const Lease lease(fixture.layout, 5);
    const auto live = live_leases(fixture.layout);
    REQUIRE(live.size() == 1);
    CHECK(live.front().epoch == 5);
    CHECK(live.front().name == lease.name());
    child = ::fork();
    if (child == 0) {
      char byte = 0;
      ::close(pipe_ends[1]);
      (void)!::read(pipe_ends[0], &byte, 1);  // until the parent lets go
      ::_exit(0);
    }
  }
  CHECK(live_leases(fixture.layout).empty());
  ::close(pipe_ends[1]);
  ::close(pipe_ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
}

TEST_CASE("a writer that was killed loses its lease", "[storage]") {
  const StoreFixture fixture;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Lease lease(fixture.layout, 1);
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(live_leases(fixture.layout).size() == 1);
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(live_leases(fixture.layout).empty());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("a forked child may not use its parent's store, but stores by one of its own",
          "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  store_bytes(*store, noise(1000, 90));
  const pid_t child = ::fork();
  if (child == 0) {
    int failures = 0;
    try {
      (void)store->find(Digest{});
      ++failures;
    } catch (const Error& e) {
      failures += e.code() == ErrorCode::usage ? 0 : 1;
    }
    try {
      const auto own = fixture.open();
      store_bytes(*own, noise(200'000, 91));
    } catch (const Error&) {
      failures += 2;
    }
    ::_exit(failures);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  // The child's pack is in no index; asking for what is in it finds it.
  CHECK(store->read_all(blake3(noise(200'000, 91))) == noise(200'000, 91));
}

TEST_CASE("an index locked for long does not keep a writer from storing", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto old = noise(400'000, 92);
  store_bytes(*store, old);
  auto grown = old;
  const auto tail = noise(100'000, 93);
  grown.insert(grown.end(), tail.begin(), tail.end());
  {
    auto blocking = Index::open(fixture.index(), 0600, false);
    const Index::Transaction held(blocking);
    const auto info = store_bytes(*store, grown);
    CHECK(info.new_bytes < 300'000);  // most of it was reused
  }
  CHECK(fixture.open()->read_all(blake3(grown)) == grown);
  fixture.remove_index();
  CHECK(fixture.open()->read_all(blake3(grown)) == grown);
}

TEST_CASE("eight writers store at once, much of it the same, and lose nothing", "[storage]") {
  const StoreFixture fixture;
  constexpr unsigned k_writers = 8;
  constexpr unsigned k_rounds = 4;
  Failures failures;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < k_writers; ++t) {
    threads.emplace_back([&, t] {
      try {
        const auto store = fixture.open();
        for (unsigned round = 0; round < k_rounds; ++round) {
          const auto writer = store->begin();
          writer->add_bytes(noise(150'000, 1000 + round));                // everyone's
          writer->add_bytes(noise(50'000, 2000 + t * k_rounds + round));  // its own
          writer->commit();
        }
      } catch (const std::exception& e) {
        failures.add(e.what());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failures.all() == "");
  const auto store = fixture.open();
  for (unsigned round = 0; round < k_rounds; ++round) {
    CHECK(store->read_all(blake3(noise(150'000, 1000 + round))).size() == 150'000);
    for (unsigned t = 0; t < k_writers; ++t) {
      CHECK(store->find(blake3(noise(50'000, 2000 + t * k_rounds + round))));
    }
  }
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("a batch neither holds up others nor loses what they condemn meanwhile", "[storage]") {
  const StoreFixture fixture;
  const auto shared = noise(200'000, 31);
  const auto mine = fixture.open();
  store_bytes(*mine, shared);
  const auto others = fixture.open();

  auto writer = mine->begin();
  const auto batch = writer->begin_batch();
  CHECK(writer->add_bytes(shared).new_bytes == 0);
  store_bytes(*others, noise(50'000, 32));
  GcOptions now;
  now.grace_ms = 0;
  (void)others->gc([] { return DigestSet(); }, now);
  CHECK(writer->add_bytes(noise(50'000, 32)).size == 50'000);
  writer->commit();
  CHECK(mine->read_all(blake3(shared)) == shared);
  CHECK(mine->read_all(blake3(noise(50'000, 32))) == noise(50'000, 32));
  CHECK(problems(verify_data(*others)) == "");
}

TEST_CASE("what lies inside the store is refused, by whatever way it is named", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  store_bytes(*store, noise(1'000, 33));
  track_test::write_file(fixture.directory / "work/file", noise(1'000, 34));
  std::filesystem::create_symlink(fixture.index(), fixture.directory / "work/link");
  const auto writer = store->begin();
  CHECK(writer->add_file(fixture.directory / "work/file").size == 1'000);
  CHECK(code_of([&] { writer->add_file(fixture.directory / "work/link"); }) == ErrorCode::refused);
  CHECK(code_of([&] { writer->add_file(fixture.index()); }) == ErrorCode::refused);
  CHECK(code_of([&] { writer->add_tree(fixture.index().parent_path()); }) == ErrorCode::refused);
  AddOptions inside;
  inside.inside_store = true;
  CHECK(writer->add_file(fixture.index(), inside).size > 0);
}
