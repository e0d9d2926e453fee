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

TEST_CASE("an index that was deleted is made anew from the packs", "[storage]") {
  const StoreFixture fixture;
  const auto tree = fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  REQUIRE(before.size() == 6);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  store->restore_tree(tree, fixture.directory / "copy");
  CHECK(read_file(fixture.directory / "copy/a/big") == noise(700'000, 11));
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("rebuilding the index changes nothing that can be asked", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  fill(fixture, *store);
  const auto before = contents(*store);
  const auto usage = store->usage();
  store->rebuild_index({});
  CHECK(contents(*store) == before);
  CHECK(store->usage().chunks == usage.chunks);
  CHECK(store->usage().stored_bytes == usage.stored_bytes);
  CHECK(contents(*fixture.open()) == before);
}

TEST_CASE("an index that is no database keeps nobody from reading or storing", "[storage]") {
  const StoreFixture fixture;
  fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  fixture.remove_index();
  track_test::write_file(fixture.index(), noise(20'000));

  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  const auto more = store_bytes(*store, noise(100'000, 13));
  CHECK(store->read_all(more.digest) == noise(100'000, 13));
  CHECK_FALSE(store->verify({}).findings.empty());
  CHECK(code_of([&] { (void)store->gc([] { return DigestSet(); }, {}); }) == ErrorCode::busy);

  store->rebuild_index({});
  CHECK(store->verify({}).findings.empty());
  CHECK(contents(*fixture.open()).size() == before.size() + 1);
}

TEST_CASE("an index of a newer version is left alone", "[storage]") {
  const StoreFixture fixture;
  fill(fixture, *fixture.open());
  // The version stands at byte 60 of an SQLite file, big-endian.
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(fixture.index().string() + suffix);
  }
  const Fd file = open_file(fixture.index(), O_RDWR);
  const unsigned char newer[4] = {0, 0, 0, 99};
  REQUIRE(::pwrite(file.get(), newer, sizeof newer, 60) == 4);
  CHECK(code_of([&] { (void)fixture.open(); }) == ErrorCode::unsupported);
}

TEST_CASE("a store that may only be read is read, with and without its index", "[storage]") {
  StoreFixture fixture;
  const auto tree = fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  fixture.options.read_only = true;
  CHECK(contents(*fixture.open()) == before);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  CHECK_FALSE(std::filesystem::exists(fixture.index()));
  CHECK(store->read_tree(tree).entries.size() == 2);
  CHECK(code_of([&] { (void)store->begin(); }) == ErrorCode::permission);
  CHECK(code_of([&] { store->rebuild_index({}); }) == ErrorCode::permission);
}

TEST_CASE("a piece of a file that changed stores little more than itself", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  auto bytes = noise(16UL << 20, 61);
  store_bytes(*store, bytes);
  const auto changed = noise(1UL << 20, 62);
  std::copy(changed.begin(), changed.end(), bytes.begin() + (11 << 20));
  const auto again = store_bytes(*store, bytes);
  CHECK(again.new_bytes >= changed.size());
  CHECK(again.new_bytes < changed.size() + (600UL << 10));
}

TEST_CASE("the stat cache spares reading what did not change, and rehash reads it", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(200'000, 71));
  const auto entry = stat_entry(path);
  REQUIRE(entry);
  // What the cache would learn once the file has been left alone for two seconds.
  const auto lie = store_bytes(*fixture.open(), track_test::text_of("something else"));
  {
    auto index = Index::open(fixture.index(), 0600, false);
    index.put_stat({{entry->device, entry->inode, entry->size, entry->mtime_ns, entry->ctime_ns},
                    lie.digest,
                    {}});
  }
  const auto store = fixture.open();
  CHECK(store->begin()->add_file(path).digest == lie.digest);
  AddOptions options;
  options.rehash = true;
  CHECK(store->begin()->add_file(path, options).digest == blake3(noise(200'000, 71)));
  track_test::write_file(path, noise(200'000, 72));
  CHECK(store->begin()->add_file(path).digest == blake3(noise(200'000, 72)));
}

TEST_CASE("a file that was changed just now is not cached", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(1000, 73));
  const auto store = fixture.open();
  const auto writer = store->begin();
  writer->add_file(path);
  writer->commit();
  const auto entry = stat_entry(path);
  const auto index = Index::open(fixture.index(), 0600, true);
  CHECK_FALSE(index.find_stat(
      {entry->device, entry->inode, entry->size, entry->mtime_ns, entry->ctime_ns}));
}

TEST_CASE("the store never captures itself", "[storage]") {
  const StoreFixture fixture;
  track_test::write_file(fixture.directory / "mine", track_test::text_of("mine"));
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(writer->add_tree(fixture.directory.path()).files == 1);
  CHECK(code_of([&] { writer->add_file(fixture.index()); }) == ErrorCode::refused);
  CHECK(code_of([&] { writer->add_tree(fixture.layout.objects()); }) == ErrorCode::refused);
}

TEST_CASE("a FIFO is refused without waiting for its writer, and passed over in a tree",
          "[storage]") {
  const StoreFixture fixture;
  track_test::write_file(fixture.directory / "source/file", track_test::text_of("x"));
  REQUIRE(::mkfifo((fixture.directory / "source/fifo").c_str(), 0600) == 0);
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(code_of([&] { writer->add_file(fixture.directory / "source/fifo"); }) == ErrorCode::usage);
  CHECK(writer->add_tree(fixture.directory / "source").files == 1);
}

TEST_CASE("below the free-space floor bytes are refused and nothing is left", "[storage]") {
  StoreFixture fixture;
  fixture.options.free_space_floor = 1.0;
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(code_of([&] { writer->add_bytes(noise(1000)); }) == ErrorCode::no_space);
  CHECK(code_of([&] { writer->commit(); }) == ErrorCode::io);
  CHECK(fixture.packs().empty());
}

TEST_CASE("a store deleted under its writer is not made again", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto writer = store->begin();
  writer->add_bytes(noise(1000, 1));
  std::filesystem::remove_all(fixture.layout.root);
  CHECK_THROWS_AS(writer->commit(), track::Error);
  CHECK_FALSE(std::filesystem::exists(fixture.layout.root));
}

TEST_CASE("a shared store is shared with its group", "[storage]") {
  StoreFixture fixture;
  fixture.layout.root = fixture.directory / "shared";
  fixture.layout.shared = true;
  fixture.layout.create();
  store_bytes(*fixture.open(), noise(1000));
  CHECK((stat_entry(fixture.layout.objects())->mode & 07777) == 02770);
  CHECK((stat_entry(fixture.packs().front())->mode & 0777) == 0440);
  CHECK((stat_entry(fixture.index())->mode & 0777) == 0660);
}
