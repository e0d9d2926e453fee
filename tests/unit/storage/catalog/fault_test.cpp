#include <filesystem>
#include <functional>

#include "catalog_batches.hpp"
#include "fault_vfs.hpp"
#include "store_fixture.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace {

struct Operation {
  const char* name;
  std::function<void(Catalog&)> run;
};

/// What can be told of the catalog's state from outside.
std::string state_of(const Catalog& catalog) {
  std::string state;
  for (const auto& run : catalog.list_runs({})) {
    state += run.id.value + " " + run.name + " " + run.note;
    for (const auto& metric : catalog.metrics(std::span(&run.id, 1))) {
      state += " " + metric.series.to_string() + "=" + std::to_string(metric.count);
      state += "/" + std::to_string(catalog.points(run.id, metric.series).steps.size());
    }
    for (const auto& param : catalog.params(std::span(&run.id, 1))) state += " " + param.name;
    state += "\n";
  }
  for (const auto& link : catalog.audit(0)) state += link.hash.to_string() + "\n";
  for (const auto& alias : catalog.aliases("m"))
    state += alias.alias + std::to_string(alias.version) + "\n";
  return state;
}

void prepare(Catalog& catalog) {
  Segment segment(run_id('1'));
  take(catalog, segment.start("run", "digits").points({"loss", {}}, 0, {1, 2, 3}));
}

std::vector<Operation> operations() {
  const auto ingest = [](Catalog& catalog) {
    Segment segment(run_id('2'));
    segment.start("second", "digits").param("lr", 0.1);
    for (int i = 0; i < 40; ++i)
      segment.points({"m" + std::to_string(i), {}}, 0, std::vector<double>(50, 1.0 / (i + 1)));
    take(catalog, segment, true);
  };
  const auto promote = [](Catalog& catalog) {
    RegistryChange change;
    change.model = "m";
    change.alias = "production";
    change.candidate = ModelVersionRecord{.model = {}, .digest = Digest{{1}}, .run = run_id('1')};
    change.reason = "x";
    catalog.apply(change);
  };
  return {{"ingest", ingest},
          {"promote", promote},
          {"note", [](Catalog& catalog) { catalog.set_note(run_id('1'), "note"); }},
          {"purge", [](Catalog& catalog) {
             const auto run = run_id('1');
             catalog.remove(std::span(&run, 1), {1});
             catalog.purge({2});
           }}};
}

}  // namespace

TEST_CASE("whichever write or sync fails, the state is the old or the new one", "[catalog]") {
  FaultVfs vfs;
  for (const auto& operation : operations()) {
    CAPTURE(operation.name);
    // What it comes to when nothing fails.
    Store model;
    std::vector<std::string> allowed;
    {
      const auto catalog = model.open();
      prepare(*catalog);
      allowed.push_back(state_of(*catalog));
      operation.run(*catalog);
      allowed.push_back(state_of(*catalog));
      // Removing comes before purging: it is a state of its own.
      if (std::string(operation.name) == "purge") allowed.emplace_back();
    }
    int failures = 0;
    for (std::int64_t n = 0;; ++n) {
      CAPTURE(n);
      REQUIRE(n < 500);
      Store store;
      {
        const auto catalog = store.open();
        prepare(*catalog);
        vfs.fail_after(n);
        bool threw = false;
        try {
          operation.run(*catalog);
        } catch (const Error& error) {
          threw = true;
          INFO(error.what());
          CHECK((error.code() == ErrorCode::no_space || error.code() == ErrorCode::io));
        }
        // Whatever was failed before its commit is told.
        if (!vfs.has_failed()) CHECK_FALSE(threw);
        if (threw) ++failures;
      }
      const bool done = !vfs.has_failed();
      vfs.fail_after(-1);
      const auto catalog = store.open();
      const auto state = state_of(*catalog);
      INFO(state);
      CHECK(std::find(allowed.begin(), allowed.end(), state) != allowed.end());
      CHECK(catalog->check().empty());
      if (done) break;
    }
    CHECK(failures > 0);
  }
}

TEST_CASE("whichever write fails during an ingest, no point is lost and none is doubled",
          "[catalog]") {
  FaultVfs vfs;
  constexpr int k_points = 200;
  int failures = 0;
  for (std::int64_t n = 0;; ++n) {
    CAPTURE(n);
    REQUIRE(n < 500);
    Store store;
    std::vector<RunId> runs;
    for (int i = 0; i < 2; ++i) {
      Process process(store);
      for (int step = 0; step < k_points; ++step) process.log("loss", step, step);
      process.end();
      runs.push_back(process.run);
    }
    {
      const auto catalog = store.open();
      vfs.fail_after(n);
      try {
        ingest_journals(store.layout, *catalog);
      } catch (const Error&) {
        ++failures;
      }
    }
    const bool done = !vfs.has_failed();
    vfs.fail_after(-1);
    const auto catalog = store.open();
    ingest_journals(store.layout, *catalog);
    for (const auto& run : runs) {
      CHECK(catalog->points_all(run, {"loss", {}}).steps.size() == k_points);
      CHECK_FALSE(std::filesystem::exists(store.layout.journal(run)));
    }
    if (done) break;
  }
  CHECK(failures > 0);
}

TEST_CASE("whichever write fails while a catalog is made, it can be made again", "[catalog]") {
  FaultVfs vfs;
  int failures = 0;
  for (std::int64_t n = 0;; ++n) {
    CAPTURE(n);
    REQUIRE(n < 500);
    Store store;
    vfs.fail_after(n);
    try {
      static_cast<void>(store.open());
    } catch (const Error&) {
      ++failures;
    }
    const bool done = !vfs.has_failed();
    vfs.fail_after(-1);
    const auto catalog = store.open();
    prepare(*catalog);
    REQUIRE(catalog->list_runs({}).size() == 1);
    if (done) break;
  }
  CHECK(failures > 0);
}

TEST_CASE("an existing catalog is read on a disk that takes nothing more", "[catalog]") {
  FaultVfs vfs;
  Store store;
  prepare(*store.open());
  vfs.fail_after(0);
  const auto catalog = store.open();
  CHECK(catalog->list_runs({}).size() == 1);
  CHECK(catalog->points(run_id('1'), {"loss", {}}).steps.size() == 3);
  vfs.fail_after(-1);
}
