#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "catalog_batches.hpp"
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

std::int64_t count_rows(const StoreLayout& layout, const std::string& table) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open(layout.catalog_db().c_str(), &opened);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(opened, sqlite3_close);
  REQUIRE(result == SQLITE_OK);
  sqlite3_stmt* prepared = nullptr;
  const auto sql = "SELECT count(*) FROM " + table;
  REQUIRE(sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &prepared, nullptr) == SQLITE_OK);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  REQUIRE(sqlite3_step(statement.get()) == SQLITE_ROW);
  return sqlite3_column_int64(statement.get(), 0);
}

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

TEST_CASE("what many runs found alike is kept once, and forgotten with the last of them",
          "[catalog]") {
  const Store store;
  const std::vector<track::RunId> runs{track_test::run_id('1'), track_test::run_id('2'),
                                       track_test::run_id('3')};
  const auto catalog = track::storage::open_sqlite_catalog(store.layout);
  std::uint8_t number = 0;
  for (const auto& run : runs) {
    track_test::Segment segment(run, 0, 1, ++number);
    const auto* const found = number == 3 ? "arm" : "x86";
    segment.start("digits", "digits")
        .add(track::schemas::FieldsEntry{{track::known_field(track::Section::hardware, "cpu",
                                                             track::FieldClass::numeric, found)}});
    track_test::take(*catalog, segment);
  }
  CHECK(count_rows(store.layout, "field_rows") == 3);
  CHECK(count_rows(store.layout, "finding_rows") == 2);
  CHECK(count_rows(store.layout, "slot_rows") == 1);
  CHECK(catalog->fields(runs[1]).at(0).value == track::Value("x86"));
  catalog->remove(runs, {100});
  CHECK(catalog->purge({101}) == 3);
  CHECK(count_rows(store.layout, "finding_rows") == 0);
}
