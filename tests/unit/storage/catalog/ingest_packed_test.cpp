#include <sqlite3.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <span>

#include "packing.hpp"
#include "store_fixture.hpp"
#include "track/schemas/codec.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace {

/// Every column of every row of the tables that points go to.
std::vector<std::string> rows_of(const Store& store) {
  std::vector<std::string> all;
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2((store.layout.root / "catalog.db").c_str(), &db, SQLITE_OPEN_READONLY,
                          nullptr) == SQLITE_OK);
  for (const char* table : {"segment_rows", "series_rows", "chunk_rows", "loss_rows"}) {
    sqlite3_stmt* rows = nullptr;
    const auto sql = std::string("SELECT * FROM ") + table;
    REQUIRE(sqlite3_prepare_v2(db, sql.c_str(), -1, &rows, nullptr) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      std::string text = table;
      for (int i = 0; i < sqlite3_column_count(rows); ++i) {
        const std::string_view name = sqlite3_column_name(rows, i);
        if (table == std::string_view("loss_rows") && name == "time") continue;  // of the ingest
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(rows, i));
        text += "|" + std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(rows, i)));
        if (sqlite3_column_type(rows, i) == SQLITE_FLOAT) {
          const auto real = std::bit_cast<std::uint64_t>(sqlite3_column_double(rows, i));
          text += "=" + std::to_string(real);
        }
      }
      all.push_back(text);
    }
    sqlite3_finalize(rows);
  }
  sqlite3_close(db);
  return all;
}

std::vector<std::filesystem::path> segments_in(const Store& store, const RunId& run) {
  std::vector<std::string> problems;
  std::vector<std::filesystem::path> paths;
  for (const auto& info : list_segments(store.layout.journal(run), problems))
    paths.push_back(info.path);
  CHECK(problems.empty());
  return paths;
}

void copy_store(const Store& from, const Store& to) {
  std::filesystem::copy(
      from.layout.root, to.layout.root,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
}

void log_much(const Process& process, int from, int to) {
  for (int i = from; i < to; ++i) {
    process.log("loss", i, static_cast<double>(static_cast<float>(std::sin(i) + 2)));
    if (i % 2 == 0) process.log("repeated", i % 5000, i * 0.1);
    if (i % 3 == 0) process.log("odd", -i, i % 9 == 0 ? std::nan("7") : i * -0.0);
    if (i % 1000 == 0)
      process.journal->append(schemas::ParamEntry{"p" + std::to_string(i), std::int64_t{i}});
  }
}

/// Two stores with the same journal, in one of them packed, hold the same once both are ingested.
void check_ingests_alike(const Store& raw, const RunId& run) {
  Store packed;
  copy_store(raw, packed);
  std::size_t count = 0;
  for (const auto& path : segments_in(packed, run)) count += pack(path) > 0 ? 1 : 0;
  REQUIRE(count > 1);
  for (const Store* store : {&raw, static_cast<const Store*>(&packed)}) {
    const auto catalog = store->open();
    CHECK(ingest_journals(store->layout, *catalog).problems.empty());
    CHECK(segments_in(*store, run).empty());
  }
  const auto expected = rows_of(raw);
  REQUIRE(expected.size() > 20);
  CHECK((rows_of(packed) == expected));  // unprinted: bytes of chunks
}

}  // namespace

TEST_CASE("a packed journal is ingested to the same rows as a raw one", "[catalog]") {
  Store store;
  Process process(store);
  log_much(process, 0, 60'000);
  process.end();

  SECTION("from its start") { check_ingests_alike(store, process.run); }
  SECTION("with damaged records") {
    const auto path = segments_in(store, process.run).at(2);
    {
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      for (const int at : {5000, 6000, 60'000, 120'000}) {
        file.seekp(at);
        file << "damage";
      }
    }
    check_ingests_alike(store, process.run);
  }
}

TEST_CASE("a journal that was ingested in part goes on after it was packed", "[catalog]") {
  Store store;
  Process process(store);
  log_much(process, 0, 30'000);
  CHECK(ingest_journals(store.layout, *store.open()).points > 30'000);
  log_much(process, 30'000, 60'000);
  process.end();
  check_ingests_alike(store, process.run);
}

TEST_CASE("points are read, and counted once, while their journal lies packed", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Process process(store);
  log_much(process, 0, 20'000);
  CHECK(ingest_journals(store.layout, *catalog).points > 20'000);
  log_much(process, 20'000, 60'000);
  process.end();
  const auto read = [&] {
    std::vector<std::string> found;
    for (const char* metric : {"loss", "repeated", "odd"}) {
      const auto points = catalog->points(process.run, {metric, {}});
      found.push_back(std::to_string(points.steps.size()) + " " +
                      std::to_string(schemas::crc32c(std::as_bytes(std::span(points.steps)))) +
                      " " +
                      std::to_string(schemas::crc32c(std::as_bytes(std::span(points.values)))));
    }
    return found;
  };
  const auto expected = read();
  CHECK(expected.front().rfind("60000 ", 0) == 0);
  for (const auto& path : segments_in(store, process.run)) {
    pack(path);
    CHECK(read() == expected);
  }
  CHECK(ingest_journals(store.layout, *catalog).problems.empty());
  CHECK(read() == expected);
  CHECK(ingest_journals(store.layout, *catalog).points == 0);
}

TEST_CASE("a damaged packed segment is reported, stays, and stops nothing else", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Process process(store);
  log_much(process, 0, 60'000);
  process.end();
  const auto path = segments_in(store, process.run).at(3);
  REQUIRE(pack(path) > 0);
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-9, std::ios::end);  // in its directory
    file << "damage";
  }
  const auto report = ingest_journals(store.layout, *catalog);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].find("its directory is damaged") != std::string::npos);
  CHECK(report.points > 60'000);
  CHECK(segments_in(store, process.run) == std::vector{path});
}

TEST_CASE("what a process left that was killed while it packed goes with its journal",
          "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Process process(store);
  process.log("loss", 0, 1);
  const auto directory = store.layout.journal(process.run);
  std::ofstream(directory / (Uuid::random().to_string() + ".packing")) << "half";
  CHECK(ingest_journals(store.layout, *catalog).problems.empty());
  CHECK(std::filesystem::exists(directory));
  process.end();
  CHECK(ingest_journals(store.layout, *catalog).problems.empty());
  CHECK_FALSE(std::filesystem::exists(directory));
}
