#include <catch2/catch.hpp>

#include "catalog_conformance.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track_test/temp_dir.hpp"

using track::storage::StoreLayout;

namespace {

/// A store whose catalog is opened anew for each section.
struct Store {
  track_test::TempDir dir;
  StoreLayout layout{dir / "store"};
  Store() { layout.create(); }

  track_test::CatalogFactory factory() {
    return [this] { return track::storage::open_sqlite_catalog(layout); };
  }
};

}  // namespace

TEST_CASE("the SQLite catalog ingests as a catalog does", "[catalog]") {
  Store store;
  track_test::check_ingest(store.factory());
}

TEST_CASE("the SQLite catalog settles conflicts as a catalog does", "[catalog]") {
  Store store;
  track_test::check_conflicts(store.factory());
}

TEST_CASE("the SQLite catalog keeps points as a catalog does", "[catalog]") {
  Store store;
  track_test::check_points(store.factory());
}

TEST_CASE("the SQLite catalog lists runs as a catalog does", "[catalog]") {
  Store store;
  track_test::check_runs(store.factory());
}

TEST_CASE("the SQLite catalog keeps people's words as a catalog does", "[catalog]") {
  Store store;
  track_test::check_words(store.factory());
}

TEST_CASE("the SQLite catalog keeps models as a catalog does", "[catalog]") {
  Store store;
  track_test::check_registry(store.factory());
}
