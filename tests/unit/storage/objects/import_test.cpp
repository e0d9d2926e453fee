#include "objects/import.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "objects/lease.hpp"
#include "packed_store_fixture.hpp"

using namespace track_test;  // NOLINT: a test file

namespace {

PackImport import(const StoreFixture& from, const StoreFixture& to) {
  const Lease lease(to.layout, 0);
  return import_packs(from.layout, to.layout, lease);
}

void gc_now(ObjectStore& store, const DigestSet& roots) {
  GcOptions now;
  now.grace_ms = 0;
  (void)store.gc([&] { return roots; }, now);
}

/// Each of whose packs has all that it names.
std::unique_ptr<ObjectStore> open_self_contained(const StoreFixture& spool) {
  ObjectStoreOptions options;
  options.self_contained = true;
  return open_object_store(spool.layout, options);
}

}  // namespace

TEST_CASE("packs made for another store need no other, and are read there", "[storage]") {
  const StoreFixture spool;
  const StoreFixture fixture;
  const auto source = open_self_contained(spool);
  const auto first = store_bytes(*source, noise(300'000, 1)).digest;
  const auto again = store_bytes(*source, noise(300'000, 1)).digest;
  CHECK(first == again);
  REQUIRE(spool.packs().size() == 2);  // each commit has all that it names
  const auto tree = fill(spool, *source);

  const auto done = import(spool, fixture);
  CHECK(done.copied == spool.packs().size());
  CHECK(done.problems.empty());
  const auto store = fixture.open();
  CHECK(store->read_all(first) == noise(300'000, 1));
  CHECK(store->read_tree(tree).entries.size() == 2);
  CHECK(problems(verify_data(*store)) == "");
  CHECK(import(spool, fixture).copied == 0);
}

TEST_CASE("what gc swept of a pack that was taken before is there again", "[storage]") {
  const StoreFixture spool;
  const StoreFixture fixture;
  const auto source = open_self_contained(spool);
  const auto writer = source->begin();
  const auto kept = writer->add_bytes(noise(300'000, 2)).digest;
  const auto swept = writer->add_bytes(noise(200'000, 3)).digest;
  writer->commit();
  import(spool, fixture);
  auto store = fixture.open();
  REQUIRE(store->find(swept));
  gc_now(*store, DigestSet{kept});
  gc_now(*store, DigestSet{kept});
  REQUIRE_FALSE(store->find(swept));
  REQUIRE(fixture.packs().size() == 1);  // more than half of it lives on

  import(spool, fixture);
  store = fixture.open();
  CHECK(store->read_all(swept) == noise(200'000, 3));
  CHECK(store->read_all(kept) == noise(300'000, 2));
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("a damaged pack is left where it is, and named", "[storage]") {
  const StoreFixture spool;
  const StoreFixture fixture;
  const auto source = spool.open();
  store_bytes(*source, noise(300'000, 4));
  const auto pack = spool.packs().front();
  flip_byte(pack, 5'000);
  const auto done = import(spool, fixture);
  CHECK(done.packs.empty());
  REQUIRE(done.problems.size() == 1);
  CHECK(done.problems[0].find(pack.string()) != std::string::npos);
  CHECK(fixture.packs().empty());
  CHECK(std::filesystem::exists(pack));
}
