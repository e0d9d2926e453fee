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

TEST_CASE("gc removes packs of nothing, and rewrites those of little", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  auto writer = store->begin();
  const auto kept = writer->add_bytes(noise(300'000, 81)).digest;
  writer->add_bytes(noise(3'000'000, 82));
  writer->commit();
  writer.reset();
  store_bytes(*store, noise(400'000, 83));
  REQUIRE(fixture.packs().size() == 2);
  GcOptions now;
  now.grace_ms = 0;
  const auto report = store->gc([&] { return DigestSet{kept}; }, now);
  CHECK(report.swept == 2);
  CHECK(report.freed_bytes > 3'300'000);
  REQUIRE(fixture.packs().size() == 1);
  CHECK(stat_entry(fixture.packs().front())->size < 400'000);
  CHECK(store->read_all(kept) == noise(300'000, 81));
  CHECK(problems(verify_data(*store)) == "");
  fixture.remove_index();
  CHECK(fixture.open()->read_all(kept) == noise(300'000, 81));
}

TEST_CASE("a reference written while gc looks for garbage keeps its object", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto digest = store_bytes(*store, noise(100'000, 84)).digest;
  GcOptions now;
  now.grace_ms = 0;
  int asked = 0;
  // Nothing names it when gc marks; by the time it sweeps, somebody does.
  const auto report =
      store->gc([&] { return ++asked == 1 ? DigestSet() : DigestSet{digest}; }, now);
  CHECK(asked == 2);
  CHECK(report.swept == 0);
  CHECK(store->read_all(digest) == noise(100'000, 84));
  CHECK_FALSE(is_condemned(fixture, digest));
}

TEST_CASE("storing what was condemned brings it back, whatever gc does then", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto digest = store_bytes(*store, noise(100'000, 85)).digest;
  GcOptions later;
  later.grace_ms = 1'000'000;
  CHECK(store->gc([] { return DigestSet(); }, later).condemned == 1);
  CHECK(is_condemned(fixture, digest));

  const auto other = fixture.open();
  const auto writer = other->begin();
  writer->add_bytes(noise(100'000, 85));
  GcOptions now;
  now.grace_ms = 0;
  const auto swept = store->gc([] { return DigestSet(); }, now).swept;
  writer->commit();  // swept or not: the bytes are there again
  CHECK(swept == 1);
  CHECK_FALSE(is_condemned(fixture, digest));
  CHECK(other->read_all(digest) == noise(100'000, 85));
}

TEST_CASE("what a dead writer left in tmp goes with gc, what a live one has stays", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto tmp = fixture.layout.objects() / "tmp";
  track_test::write_file(tmp / "0123456789abcdef.left.pack", noise(1000));
  const auto writer = store->begin();
  writer->add_bytes(noise(100));
  (void)store->gc([] { return DigestSet(); }, {});
  std::size_t left = 0;
  walk(tmp, [&](const WalkEntry&) { return ++left > 0; });
  CHECK(left == 1);
  writer->commit();
}

TEST_CASE("writers and gc at once lose nothing that was named before its writer let go",
          "[storage]") {
  const StoreFixture fixture;
  std::mutex mutex;
  DigestSet named;
  std::atomic<bool> done = false;
  Failures failures;
  std::vector<std::thread> writers;
  for (unsigned t = 0; t < 3; ++t) {
    writers.emplace_back([&, t] {
      try {
        const auto store = fixture.open();
        for (unsigned round = 0; round < 12; ++round) {
          const auto writer = store->begin();
          const auto info = writer->add_bytes(noise(90'000, 3000 + (t + round) % 5));
          writer->commit();
          const std::lock_guard lock(mutex);
          if ((t + round) % 5 != 0) named.insert(info.digest);  // the fifth is garbage every time
        }
      } catch (const std::exception& e) {
        failures.add(e.what());
      }
    });
  }
  std::thread collector([&] {
    try {
      const auto store = fixture.open();
      GcOptions now;
      now.grace_ms = 0;
      while (!done) {
        try {
          (void)store->gc(
              [&] {
                const std::lock_guard lock(mutex);
                return named;
              },
              now);
        } catch (const Error& e) {
          if (e.code() != ErrorCode::busy) throw;
        }
      }
    } catch (const std::exception& e) {
      failures.add(e.what());
    }
  });
  for (auto& writer : writers) writer.join();
  done = true;
  collector.join();
  CHECK(failures.all() == "");
  REQUIRE(named.size() == 4);
  const auto store = fixture.open();
  for (const auto& digest : named) CHECK(store->read_all(digest).size() == 90'000);
  CHECK(problems(verify_data(*store)) == "");
}
