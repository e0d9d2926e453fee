#include "track/storage/objects/object_store.hpp"

#include <catch2/catch.hpp>

#include "../../../conformance/object_store_conformance.hpp"
#include "store_fixture.hpp"

TEST_CASE("a store of packs keeps the contract of ObjectStore", "[storage]") {
  const track_test::StoreFixture fixture;
  track_test::check_object_store_conformance([&] { return fixture.open(); });
}

TEST_CASE("a store in memory keeps the contract of ObjectStore", "[storage]") {
  track_test::check_object_store_conformance(
      [] { return track::storage::make_memory_object_store(); });
}
