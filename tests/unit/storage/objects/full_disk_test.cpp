#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Error;
using track::ErrorCode;
using track_test::noise;

/// A file system of 4 MiB, or none where this process may not mount one.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }

  /// A store on it; nothing, and the test is skipped, where there is no such disk.
  [[nodiscard]] std::unique_ptr<ObjectStore> make_store(double free_space_floor) const {
    if (!mounted_) {
      WARN("skipped: this process may not mount a small tmpfs");
      SUCCEED();
      return nullptr;
    }
    StoreLayout layout;
    layout.root = directory_ / "store";
    layout.create();
    ObjectStoreOptions options;
    options.free_space_floor = free_space_floor;
    return open_object_store(layout, options);
  }

 private:
  track_test::TempDir directory_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("a full disk refuses bytes, keeps what it has, and stores again once there is room",
          "[storage]") {
  const SmallDisk disk;
  const auto store = disk.make_store(0);
  if (!store) return;
  const auto kept = track_test::store_bytes(*store, noise(500'000, 1));

  bool refused = false;
  try {
    const auto writer = store->begin();
    writer->add_bytes(noise(8'000'000, 2));
    writer->commit();
  } catch (const Error& e) {
    INFO(e.what());
    CHECK(e.code() == ErrorCode::no_space);
    refused = true;
  }
  CHECK(refused);
  CHECK_FALSE(store->find(blake3(noise(8'000'000, 2))));
  CHECK(store->read_all(kept.digest) == noise(500'000, 1));
  const auto again = track_test::store_bytes(*store, noise(400'000, 3));
  CHECK(store->read_all(again.digest) == noise(400'000, 3));
  CHECK(store->verify({}).findings.empty());
}

TEST_CASE("what would go below the free-space floor is refused in readable numbers", "[storage]") {
  const SmallDisk disk;
  const auto store = disk.make_store(0.999);
  if (!store) return;
  const auto writer = store->begin();
  CHECK_THROWS_WITH(writer->add_bytes(noise(100'000, 1)),
                    Catch::Matches("cannot store bytes in '.*': 3\\.[0-9] MiB are free, and "
                                   "4\\.0 MiB, 99\\.9 % of the disk, must stay free"));
}

TEST_CASE("a disk that fills up during many small commits loses none that was acknowledged",
          "[storage]") {
  const SmallDisk disk;
  const auto store = disk.make_store(0);
  if (!store) return;
  std::vector<track::Digest> acknowledged;
  bool full = false;
  for (unsigned i = 0; i < 200 && !full; ++i) {
    try {
      acknowledged.push_back(track_test::store_bytes(*store, noise(60'000, 10 + i)).digest);
    } catch (const Error& e) {
      INFO(e.what());
      CHECK(e.code() == ErrorCode::no_space);
      full = true;
    }
  }
  CHECK(full);
  REQUIRE_FALSE(acknowledged.empty());
  for (const auto& digest : acknowledged) CHECK(store->read_all(digest).size() == 60'000);
}
