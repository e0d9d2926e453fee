#include <catch2/catch.hpp>

#include "catalog_conformance.hpp"
#include "store_fixture.hpp"
#include "track/storage/catalog/catalog.hpp"

using track::storage::make_memory_catalog;

TEST_CASE("the catalog in memory does what a catalog does", "[catalog]") {
  const track_test::CatalogFactory factory = [] { return make_memory_catalog(); };
  SECTION("ingest") { track_test::check_ingest(factory); }
  SECTION("conflicts") { track_test::check_conflicts(factory); }
  SECTION("points") { track_test::check_points(factory); }
  SECTION("runs") { track_test::check_runs(factory); }
  SECTION("words") { track_test::check_words(factory); }
  SECTION("registry") { track_test::check_registry(factory); }
}

TEST_CASE("the catalog in memory has no SQL", "[catalog]") {
  const auto catalog = make_memory_catalog();
  track_test::Rows rows;
  CHECK(track_test::code_of([&] { catalog->query("SELECT 1", rows); }) ==
        track::ErrorCode::unsupported);
  track::RunQuery query;
  query.where = "1";
  CHECK(track_test::code_of([&] { static_cast<void>(catalog->list_runs(query)); }) ==
        track::ErrorCode::unsupported);
}

TEST_CASE("the catalog in memory asks for locks where it is told of journals", "[catalog]") {
  track_test::Store store;
  const auto catalog = make_memory_catalog(store.layout.journals());
  track_test::Process process(store);
  track::storage::ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(process.run)->state == track::RunState::running);
}
