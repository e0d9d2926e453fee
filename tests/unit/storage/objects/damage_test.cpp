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

TEST_CASE("a flipped byte anywhere in a pack is found, and never read as data", "[storage]") {
  const StoreFixture fixture;
  const auto bytes = noise(150'000, 21);
  const auto info = store_bytes(*fixture.open(), bytes);
  REQUIRE(fixture.packs().size() == 1);
  const auto pack = fixture.packs().front();
  const auto size = stat_entry(pack)->size;
  const auto original = read_file(pack);
  for (std::uint64_t at = 0; at < size; at += size / 40) {
    INFO("byte " << at << " of " << size);
    flip_byte(pack, at);
    {
      auto options = fixture.options;
      options.read_only = true;  // found, not yet moved away
      const auto store = open_object_store(fixture.layout, options);
      CHECK_FALSE(verify_data(*store).findings.empty());
      Bytes seen = bytes;
      try {
        seen = store->read_all(info.digest);
      } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::corrupt);
      }
      CHECK(seen == bytes);
    }
    flip_byte(pack, at);
  }
  CHECK(read_file(pack) == original);
  CHECK(verify_data(*fixture.open()).findings.empty());
}

TEST_CASE("damage is named with what it hurts, put in quarantine, and healed by storing again",
          "[storage]") {
  const StoreFixture fixture;
  auto store = fixture.open();
  const auto tree = fill(fixture, *store);
  const auto big = store_bytes(*store, noise(700'000, 11)).digest;
  const auto other = store_bytes(*store, noise(300'000, 12)).digest;
  std::filesystem::path damaged;
  for (const auto& pack : fixture.packs()) {
    if (stat_entry(pack)->size > 600'000) damaged = pack;
  }
  REQUIRE_FALSE(damaged.empty());
  flip_byte(damaged, 400'000);

  store = fixture.open();
  CHECK(code_of([&] { (void)store->read_all(big); }) == ErrorCode::corrupt);
  const auto report = verify_data(*store);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().path == damaged.string());
  const auto& hurt = report.findings.front().objects;
  CHECK(std::count(hurt.begin(), hurt.end(), big) == 1);
  CHECK(std::count(hurt.begin(), hurt.end(), tree) == 1);
  CHECK(std::count(hurt.begin(), hurt.end(), other) == 0);

  CHECK_FALSE(std::filesystem::exists(damaged));
  CHECK(std::filesystem::exists(fixture.layout.objects() / "quarantine" / damaged.filename()));
  CHECK_FALSE(store->verify({}).findings.empty());  // what it hurt is still hurt
  CHECK(read_text(fixture.directory / "source/a/text") == "some text\n");

  CHECK(store_bytes(*store, noise(700'000, 11)).new_bytes > 0);
  CHECK(store->read_all(big) == noise(700'000, 11));
  CHECK(problems(verify_data(*store)) == "");
  store->restore_tree(tree, fixture.directory / "copy");
}

TEST_CASE("a pack that vanished is named, and storing its bytes again heals it", "[storage]") {
  const StoreFixture fixture;
  const auto info = store_bytes(*fixture.open(), noise(100'000, 31));
  std::filesystem::remove(fixture.packs().front());
  const auto store = fixture.open();
  CHECK(code_of([&] { (void)store->read_all(info.digest); }) == ErrorCode::corrupt);
  const auto report = store->verify({});
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().objects == std::vector<Digest>{info.digest});
  CHECK(store_bytes(*store, noise(100'000, 31)).new_bytes > 0);
  CHECK(store->read_all(info.digest) == noise(100'000, 31));
}

TEST_CASE("a verify that runs out of time says so, and goes on elsewhere next time", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  store_bytes(*store, noise(1000, 35));
  store_bytes(*store, noise(1000, 36));
  VerifyOptions options;
  options.data = true;
  options.max_duration_ms = 0;
  const auto none = store->verify(options);
  CHECK_FALSE(none.complete);
  CHECK(none.packs == 0);
  unsigned packs = 0;
  options.max_duration_ms = 60'000;
  options.progress = [&](std::string_view, std::uint64_t, std::uint64_t) { return ++packs < 2; };
  CHECK(code_of([&] { (void)store->verify(options); }) == ErrorCode::inconclusive);
  CHECK(Index::open(fixture.index(), 0600, true).packs().size() == 2);
}

TEST_CASE("a torn pack gives what is whole in it", "[storage]") {
  const StoreFixture fixture;
  const auto first = store_bytes(*fixture.open(), noise(1000, 41));
  const auto pack = fixture.packs().front();
  auto bytes = read_file(pack);
  std::filesystem::remove(pack);
  bytes.resize(bytes.size() - 40);  // in its footer
  track_test::write_file(pack, bytes);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(store->read_all(first.digest) == noise(1000, 41));
  CHECK(store->verify({}).findings.size() == 1);
}

TEST_CASE("a file that names chunks that are nowhere is not taken for stored", "[storage]") {
  const StoreFixture fixture;
  const auto bytes = noise(500'000, 51);
  {
    const auto store = fixture.open();
    store_bytes(*store, std::span(bytes).first(250'000));
    store_bytes(*store, bytes);
  }
  const auto packs = fixture.packs();
  REQUIRE(packs.size() == 2);
  const auto larger = stat_entry(packs[0])->size > stat_entry(packs[1])->size ? packs[0] : packs[1];
  const auto smaller = larger == packs[0] ? packs[1] : packs[0];
  std::filesystem::remove(smaller == larger ? packs[1] : smaller);
  fixture.remove_index();
  const auto store = fixture.open();
  const auto whole = store->find(blake3(bytes));
  if (whole) {
    CHECK(store->read_all(whole->digest) == bytes);
  } else {
    CHECK(store_bytes(*store, bytes).new_bytes > 0);
    CHECK(store->read_all(blake3(bytes)) == bytes);
  }
}
