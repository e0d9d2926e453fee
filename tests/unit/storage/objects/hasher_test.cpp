#include "track/storage/objects/hasher.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>

#include <catch2/catch.hpp>

#include "objects/index.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track_test::noise;
using track_test::StoreFixture;

/// Sets a file's times back, as if it had been left alone for an hour. Its change time stays.
void make_old(const std::filesystem::path& path) {
  timespec times[2] = {{0, UTIME_NOW}, {0, 0}};
  ::clock_gettime(CLOCK_REALTIME, &times[1]);
  times[1].tv_sec -= 3600;
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

StatKey key_of(const std::filesystem::path& path) {
  const auto entry = stat_entry(path);
  REQUIRE(entry);
  return {entry->device, entry->inode, entry->size, entry->mtime_ns, entry->ctime_ns};
}

}  // namespace

TEST_CASE("a hasher gives the digests that storing gives", "[storage]") {
  const StoreFixture fixture;
  const auto source = fixture.directory / "source";
  track_test::write_file(source / "small", noise(100));
  track_test::write_file(source / "d/large", noise(5'000'000));
  std::filesystem::create_symlink("small", source / "link");
  const auto store = fixture.open();
  const auto writer = store->begin();
  const auto tree = writer->add_tree(source);
  const auto file = writer->add_file(source / "d/large");

  for (int cached = 0; cached < 2; ++cached) {
    Hasher hasher = cached == 0 ? Hasher() : Hasher(fixture.layout);
    CHECK(hasher.tree(source).digest == tree.digest);
    CHECK(hasher.path(source).files == 3);
    CHECK(hasher.path(source).size == 5'000'100);
    CHECK(hasher.path(source / "d/large").digest == file.digest);
    CHECK(hasher.path(source / "link").digest == blake3(noise(100)));  // followed at the top
    Sha256 sha256;
    sha256.update(noise(100));
    CHECK(hasher.file(source / "small", true).sha256 == sha256.finish());
  }
}

TEST_CASE("a hasher believes the cache only while all that stat tells is the same", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(1000, 1));
  const auto lie = blake3(std::string_view("a lie"));
  {
    auto index = Index::open(fixture.index(), 0600, false);
    index.put_stat({key_of(path), lie, {}});
  }
  Hasher hasher(fixture.layout);
  CHECK(hasher.file(path).digest == lie);
  CHECK(hasher.file(path, false, true).digest == blake3(noise(1000, 1)));
  CHECK(hasher.file(path, true).digest == blake3(noise(1000, 1)));  // it has no SHA-256
  make_old(path);                                                   // which changes its times
  CHECK(hasher.file(path).digest == blake3(noise(1000, 1)));
}

TEST_CASE("a file that was changed within two seconds is not cached", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(1000, 1));
  make_old(path);  // its contents seem old, but its inode changed just now
  {
    Hasher hasher(fixture.layout);
    (void)hasher.file(path);
  }
  CHECK_FALSE(Index::open(fixture.index(), 0600, false).find_stat(key_of(path)));
}

TEST_CASE("a hasher without a store reads everything", "[storage]") {
  const track_test::TempDir directory;
  track_test::write_file(directory / "file", noise(10));
  StoreLayout nowhere;
  nowhere.root = directory / "absent";
  Hasher hasher(nowhere);
  CHECK(hasher.file(directory / "file").digest == blake3(noise(10)));
  CHECK_FALSE(std::filesystem::exists(nowhere.root));
  CHECK_THROWS_AS(hasher.path(directory / "missing"), track::Error);
}
