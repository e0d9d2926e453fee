#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "query_fixture.hpp"
#include "store/spool.hpp"
#include "track/config.hpp"
#include "track/diff.hpp"
#include "track/registry.hpp"
#include "track/storage/file.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;

namespace {

std::vector<std::string> files_of(const fs::path& root) {
  std::vector<std::string> lines;
  storage::walk(root, [&](const storage::WalkEntry& entry) {
    // The index of objects is no part of it: it is expendable, and whoever reads may use it.
    if (S_ISREG(entry.mode) && entry.path.filename().string().find("index.db") != 0) {
      lines.push_back(entry.relative.string() + " " + std::to_string(entry.size) + " " +
                      std::to_string(entry.mtime_ns));
    }
    return true;
  });
  return lines;
}

/// A store whose catalog only `track ingest` and what changes something write.
class DeferredStore {
 public:
  DeferredStore() {
    set_config(runs.root(), "ingest.mode", "deferred");
    static_cast<void>(storage::open_sqlite_catalog({runs.root(), false}));
  }
  RunId train(double lr) {
    auto run = start_run(runs.options());
    run.set_param("lr", lr);
    for (int step = 0; step < 10; ++step) run.log("loss", step, lr * step);
    std::ofstream(runs.path() / "model.bin") << "weights " << lr;
    ArtifactOptions artifact;
    artifact.kind = ArtifactKind::model;
    run.log_artifact(runs.path() / "model.bin", artifact);
    run.finish();
    return run.id();
  }
  [[nodiscard]] Store open() const { return Store::open({.path = runs.root()}); }
  /// What lies in the store's own catalog.
  [[nodiscard]] std::size_t ingested() const {
    return storage::open_sqlite_catalog({runs.root(), false})->list_runs({}).size();
  }

  RunStore runs;
};

}  // namespace

TEST_CASE("where ingest is deferred, questions see all and change nothing", "[query]") {
  DeferredStore deferred;
  const auto first = deferred.train(0.1);
  const auto second = deferred.train(0.2);
  const auto before = files_of(deferred.runs.root());
  auto store = deferred.open();
  CHECK(store.list({}).size() == 2);
  CHECK(store.find_run(first)->state == RunState::finished);
  CHECK(store.details(second).params.size() == 1);
  CHECK(store.find_metric(first, "loss").count == 10);
  CHECK(store.points(first, {"loss", {}}).steps.size() == 10);
  RunQuery query;
  query.where = "metric('loss') > 1.5";
  CHECK(store.list(query).size() == 1);
  CHECK(store.resolve("@latest") == second);
  CHECK_FALSE(diff(store, first, second, {}).sections.empty());
  CHECK(store.lag().empty());
  CHECK(files_of(deferred.runs.root()) == before);

  CHECK(store.ingest().points == 20);
  CHECK(deferred.ingested() == 2);
  CHECK(store.list({}).size() == 2);
}

TEST_CASE("where ingest is deferred, a change takes what was logged first", "[query]") {
  DeferredStore deferred;
  const auto run = deferred.train(0.1);
  auto store = deferred.open();
  SECTION("of words") {
    store.set_note(run, "good");
    CHECK(store.find_run(run)->note == "good");
  }
  SECTION("of a model, whose gates see all of it") {
    const auto policy = deferred.runs.path() / "policy.toml";
    std::ofstream(policy) << "[[gate]]\nmetric = \"loss\"\nmin = 0.9\n";
    Registry registry(store);
    PromoteOptions options;
    options.model = "m";
    options.alias = "production";
    options.reason = "first";
    options.policy = policy;
    CHECK(registry.promote(run, options).transition.to == 1);
    CHECK(registry.models().size() == 1);
  }
  SECTION("of what there is") {
    store.remove({run});
    CHECK(store.list({}).empty());
  }
  CHECK(deferred.ingested() == (store.list({}).empty() ? 0 : 1));
}

TEST_CASE("where runs wait for another store they can be looked at, and no more", "[query]") {
  RunStore runs;
  auto options = runs.options();
  options.store = runs.path() / "absent" / ".track";
  auto run = start_run(options);
  run.log("loss", 0, 1.0);
  const auto spool = run.store();
  {
    auto store = Store::open({.path = spool});
    CHECK(store.find_run(run.id())->state == RunState::running);
    CHECK(store.find_metric(run.id(), "loss").count == 1);
    CHECK(says(failure_of([&] { return store.set_note(run.id(), "x"); }), "runs only wait there"));
    CHECK(says(failure_of([&] { return store.ingest(); }), "runs only wait there"));
  }
  run.finish();
  CHECK_FALSE(fs::exists(spool / "catalog.db"));
  auto store = Store::open({.path = runs.root()});
  CHECK(store.ingest_from({spool}).points == 1);
}
