#include "track/storage/catalog/private_catalog.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store_fixture.hpp"
#include "track/storage/journal/reader.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace fs = std::filesystem;

namespace {

/// Every file of the store but the locks of processes, with what tells that it was written to.
std::vector<std::string> state_of(const Store& store) {
  std::vector<std::string> lines;
  walk(store.layout.root, [&](const WalkEntry& entry) {
    if (!S_ISDIR(entry.mode)) {
      lines.push_back(entry.relative.string() + " " + std::to_string(entry.size) + " " +
                      std::to_string(entry.mtime_ns));
    }
    return true;
  });
  return lines;
}

}  // namespace

TEST_CASE("a private catalog has what journals hold, and the store stays as it is", "[catalog]") {
  const Store store;
  Process ended(store);
  ended.log("loss", 0, 0.5);
  ended.end();
  {
    const auto catalog = store.open();
    ingest_journals(store.layout, *catalog);
  }
  Process second(store);
  second.journal->append(schemas::ParamEntry{"lr", Value(0.1)});
  second.log("loss", 0, 0.25);
  second.end();
  Process running(store);
  running.log("loss", 0, 1);
  const auto before = state_of(store);

  PrivateCatalog copy(store.layout);
  CHECK(copy.refresh().empty());
  auto& catalog = copy.catalog();
  CHECK(catalog.list_runs({}).size() == 3);
  CHECK(catalog.find_run(ended.run)->state == RunState::finished);
  CHECK(catalog.find_run(second.run)->state == RunState::finished);
  CHECK(catalog.find_run(running.run)->state == RunState::running);
  CHECK(catalog.params(std::span(&second.run, 1)).size() == 1);
  CHECK(query(catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"3"});
  RunQuery where;
  where.where = "param('lr') < 0.2 and metric('loss') < 0.3";
  CHECK(catalog.list_runs(where).size() == 1);
  CHECK(state_of(store) == before);

  running.log("loss", 1, 2);
  CHECK(copy.refresh().empty());
  CHECK(copy.catalog().points(running.run, {"loss", {}}).steps.size() == 2);
}

TEST_CASE("a private catalog follows what others ingest and change", "[catalog]") {
  const Store store;
  Process process(store);
  process.log("loss", 0, 1);
  static_cast<void>(store.open());
  PrivateCatalog copy(store.layout);
  copy.refresh();
  process.end();
  {
    const auto catalog = store.open();
    ingest_journals(store.layout, *catalog);
    catalog->set_note(process.run, "theirs");
  }
  REQUIRE_FALSE(fs::exists(store.layout.journal(process.run)));
  CHECK(copy.refresh().empty());
  CHECK(copy.catalog().find_run(process.run)->note == "theirs");
  CHECK(copy.catalog().find_run(process.run)->state == RunState::finished);
  CHECK(copy.catalog().points(process.run, {"loss", {}}).steps.size() == 1);
}

TEST_CASE("a private catalog has what lies in the inbox, which stays there", "[catalog]") {
  const Store store;
  static_cast<void>(store.open());
  Store source;
  source.layout.root = store.layout.inbox() / "job";
  source.layout.create();
  Process process(source);
  process.log("loss", 0, 1);
  Process running(source);
  process.end();
  const auto before = state_of(store);
  PrivateCatalog copy(store.layout);
  const auto problems = copy.refresh();
  REQUIRE(problems.size() == 1);  // that one is still being written
  CHECK(problems[0].find(running.run.value) != std::string::npos);
  CHECK(copy.catalog().find_run(process.run)->state == RunState::finished);
  CHECK(state_of(store) == before);
}

TEST_CASE("a store without a catalog is read as well, and one that was lost is missed",
          "[catalog]") {
  const Store store;
  Process process(store);
  process.log("loss", 0, 1);
  {
    PrivateCatalog copy(store.layout);
    copy.refresh();
    CHECK(copy.catalog().find_run(process.run));
    CHECK_FALSE(fs::exists(store.layout.catalog_db()));
  }
  static_cast<void>(store.open());
  for (const char* end : {"", "-wal", "-shm"}) fs::remove(store.layout.catalog_db().string() + end);
  CHECK(code_of([&] { PrivateCatalog copy(store.layout); }) == ErrorCode::corrupt);
}
