#include "track/storage/catalog/ingest.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "store_fixture.hpp"
#include "track/storage/journal/reader.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace {

std::size_t segments_of(const Store& store, const RunId& run) {
  std::vector<std::string> problems;
  return list_segments(store.layout.journal(run), problems).size();
}

/// Runs `body` in a child that is then killed; the child never returns into the test.
template <typename Body>
void in_killed_child(Body body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      body();
    } catch (...) {
      _exit(1);
    }
    raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("an empty store has nothing to ingest and takes no lock", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  std::filesystem::remove(store.layout.ingest_lock());
  CHECK(ingest_journals(store.layout, *catalog).runs == 0);
  CHECK_FALSE(std::filesystem::exists(store.layout.ingest_lock()));
}

TEST_CASE("ingest takes what a running run has logged and leaves its journal", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Process process(store);
  for (int i = 0; i < 100; ++i) process.log("loss", i, 1.0 / (i + 1));

  const auto report = ingest_journals(store.layout, *catalog);
  CHECK(report.runs == 1);
  CHECK(report.points == 100);
  CHECK(report.problems.empty());
  CHECK(catalog->find_run(process.run)->state == RunState::running);
  CHECK(catalog->find_run(process.run)->host == "host-1");
  CHECK(segments_of(store, process.run) == 1);

  SECTION("a second pass finds nothing") {
    CHECK(ingest_journals(store.layout, *catalog).points == 0);
  }
  SECTION("what is logged later is taken later") {
    process.log("loss", 100, 0.5);
    CHECK(ingest_journals(store.layout, *catalog).points == 1);
    CHECK(catalog->points(process.run, {"loss", {}}).steps.size() == 101);
  }
  SECTION("reading sees what is not ingested yet") {
    process.log("loss", 100, 0.5);
    process.log("other", 0, 2);
    CHECK(catalog->points(process.run, {"loss", {}}).steps.size() == 101);
    CHECK(catalog->points(process.run, {"other", {}}).values == std::vector<double>{2});
    CHECK(query(*catalog, "SELECT metric, count(*) FROM metric_points GROUP BY metric") ==
          std::vector<std::string>{"loss|101", "other|1"});
  }
  SECTION("when it ends, its journal goes") {
    process.end();
    CHECK(ingest_journals(store.layout, *catalog).problems.empty());
    CHECK(catalog->find_run(process.run)->state == RunState::finished);
    CHECK_FALSE(std::filesystem::exists(store.layout.journal(process.run)));
    CHECK(query(*catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"100"});
  }
}

TEST_CASE("points in journals of runs that no catalog knows can be queried", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Process process(store);
  process.log("loss", 0, 1);
  CHECK(query(*catalog, "SELECT run, value FROM metric_points") ==
        std::vector<std::string>{process.run.value + "|1.0"});
}

TEST_CASE("a query never misses points that are ingested while it runs", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 3; ++i) {
    processes.push_back(std::make_unique<Process>(store));
    for (int step = 0; step < 10; ++step) processes.back()->log("loss", step, step);
  }
  /// Ingests everything, and lets the journals go, as soon as the first row is out.
  class Meddler final : public SqlSink {
   public:
    explicit Meddler(std::function<void()> act) : act_(std::move(act)) {}
    void columns(const std::vector<std::string>&) override {}
    void row(const std::vector<Value>&) override {
      if (++rows == 1) act_();
    }
    int rows = 0;

   private:
    std::function<void()> act_;
  };
  Meddler meddler([&] {
    const auto other = store.open();
    for (auto& process : processes) process->end();
    ingest_journals(store.layout, *other);
    REQUIRE(std::filesystem::is_empty(store.layout.journals()));
  });
  // It has given rows away and cannot begin again: it says so rather than leave points out.
  CHECK(code_of([&] { catalog->query("SELECT * FROM metric_points", meddler); }) ==
        ErrorCode::busy);
  CHECK(query(*catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"30"});
}

TEST_CASE("readers beside an ingesting writer see every point that was logged before",
          "[catalog]") {
  Store store;
  const auto run = RunId::random();
  constexpr int k_rounds = 40;
  static_cast<void>(store.open());
  const pid_t reader = fork();
  REQUIRE(reader >= 0);
  if (reader == 0) {
    // Ingests all the time, so that segments go while the parent reads.
    try {
      const auto catalog = store.open();
      while (!std::filesystem::exists(store.dir / "done")) ingest_journals(store.layout, *catalog);
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  const auto catalog = store.open();
  std::size_t logged = 0;
  for (int round = 0; round < k_rounds; ++round) {
    // A process of its own each time: its segments come and go whole.
    Process process(store, run, round == 0 ? MemberRole::owner : MemberRole::rank, round);
    for (int i = 0; i < 50; ++i) process.log("loss", static_cast<std::int64_t>(logged++), i);
    if (round % 2 == 0) process.end();
    const auto seen = catalog->points(run, {"loss", {}}).steps.size();
    CAPTURE(round);
    CHECK(seen == logged);
  }
  std::ofstream(store.dir / "done").flush();
  int status = 0;
  REQUIRE(waitpid(reader, &status, 0) == reader);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("what a killed process logged is taken whole, and its journal is cleared", "[catalog]") {
  Store store;
  const auto run = RunId::random();
  in_killed_child([&] {
    Process process(store, run);
    for (int i = 0; i < 5000; ++i) process.log("loss", i, i);
  });
  const auto catalog = store.open();
  CHECK(ingest_journals(store.layout, *catalog).points == 5000);
  CHECK(catalog->find_run(run)->state == RunState::killed);
  CHECK(catalog->points(run, {"loss", {}}).steps.size() == 5000);
  CHECK_FALSE(std::filesystem::exists(store.layout.journal(run)));
  CHECK(query(*catalog, "SELECT state FROM runs") == std::vector<std::string>{"killed"});
  CHECK(query(*catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"5000"});
}

TEST_CASE("a run whose owner is killed runs on while a rank lives", "[catalog]") {
  Store store;
  const auto run = RunId::random();
  in_killed_child([&] { Process owner(store, run); });
  Process rank(store, run, MemberRole::rank, 1);
  const auto catalog = store.open();
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(run)->state == RunState::running);
  rank.live.reset();
  CHECK(catalog->find_run(run)->state == RunState::killed);
}

TEST_CASE("a forked child that lives on does not keep its run alive", "[catalog]") {
  Store store;
  const auto run = RunId::random();
  in_killed_child([&] { Process owner(store, run); });
  Process forked(store, run, MemberRole::forked);
  const auto catalog = store.open();
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(run)->state == RunState::killed);
  // But what it still logs is not lost.
  forked.log("loss", 0, 1);
  CHECK(ingest_journals(store.layout, *catalog).points == 1);
  CHECK(std::filesystem::exists(store.layout.journal(run)));
}

TEST_CASE("a rank that was lost is named when the owner ends", "[catalog]") {
  Store store;
  Process owner(store);
  in_killed_child([&] { Process rank(store, owner.run, MemberRole::rank, 3); });
  owner.end();
  const auto catalog = store.open();
  ingest_journals(store.layout, *catalog);
  const auto record = catalog->find_run(owner.run);
  CHECK(record->state == RunState::finished);
  CHECK(record->end_reason == "lost without a word: rank 3");
  CHECK(record->end == Timestamp{9000});
}

TEST_CASE("the owner's word waits for its ranks", "[catalog]") {
  Store store;
  Process owner(store);
  Process rank(store, owner.run, MemberRole::rank, 1);
  owner.end();
  const auto catalog = store.open();
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(owner.run)->state == RunState::running);
  CHECK_FALSE(catalog->find_run(owner.run)->end);
  CHECK(query(*catalog, "SELECT state, \"end\", exit_code FROM runs") ==
        std::vector<std::string>{"running|NULL|NULL"});
  rank.journal->append(schemas::MemberEndEntry{rank.member, {9500}});
  rank.journal->close();
  rank.live.reset();
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(owner.run)->state == RunState::finished);
  CHECK_FALSE(std::filesystem::exists(store.layout.journal(owner.run)));
}

TEST_CASE("a file that is no segment is said once and stops nothing", "[catalog]") {
  Store store;
  Process process(store);
  process.log("loss", 0, 1);
  std::ofstream(store.layout.journal(process.run) / "broken.seg") << "this is no journal";
  const auto catalog = store.open();
  const auto report = ingest_journals(store.layout, *catalog);
  CHECK(report.points == 1);
  CHECK(report.problems.size() >= 1);
  const auto said = catalog->problems().size();
  CHECK(said >= 1);
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->problems().size() == said);
}

TEST_CASE("a truncated or scribbled segment stops nothing", "[catalog]") {
  Store store;
  const auto run = RunId::random();
  in_killed_child([&] {
    Process process(store, run);
    for (int i = 0; i < 1000; ++i) process.log("loss", i, i);
  });
  std::vector<std::string> ignored;
  const auto path = list_segments(store.layout.journal(run), ignored).at(0).path;
  SECTION("scribbled") {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 32 * 500);
    file << std::string(64, 'x');
  }
  SECTION("truncated") { std::filesystem::resize_file(path, 4096 + 32 * 500); }
  Process other(store);
  other.log("loss", 0, 1);
  const auto catalog = store.open();
  const auto report = ingest_journals(store.layout, *catalog);
  CHECK(report.points >= 400);
  CHECK(catalog->points(other.run, {"loss", {}}).steps.size() == 1);
  CHECK(catalog->find_run(run));
}

TEST_CASE("a progress that says stop ends the ingest without harm", "[catalog]") {
  Store store;
  Process process(store);
  process.log("loss", 0, 1);
  const auto catalog = store.open();
  const Progress stop = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
  CHECK(code_of([&] { ingest_journals(store.layout, *catalog, stop); }) == ErrorCode::inconclusive);
  CHECK(ingest_journals(store.layout, *catalog).points == 1);
}

TEST_CASE("many processes' segments of one run are one run", "[catalog]") {
  Store store;
  Process owner(store);
  for (int rank = 1; rank < 8; ++rank) {
    Process process(store, owner.run, MemberRole::rank, rank);
    process.journal->append_point(
        process.journal->intern(SeriesKey{"loss", {{"rank", std::to_string(rank)}}}), 0, rank);
    process.journal->append(schemas::MemberEndEntry{process.member, {9000}});
    process.journal->close();
  }
  owner.end();
  const auto catalog = store.open();
  CHECK(ingest_journals(store.layout, *catalog).points == 7);
  CHECK(catalog->members(owner.run).size() == 8);
  CHECK(catalog->metrics(std::span(&owner.run, 1)).size() == 7);
  CHECK(catalog->find_run(owner.run)->state == RunState::finished);
  CHECK_FALSE(std::filesystem::exists(store.layout.journal(owner.run)));
}

TEST_CASE("processes that ingest one store at once wait for each other", "[catalog]") {
  Store store;
  static_cast<void>(store.open());
  constexpr int k_runs = 40;
  std::vector<RunId> runs;
  for (int i = 0; i < k_runs; ++i) {
    Process process(store);
    for (int step = 0; step < 20; ++step) process.log("loss", step, step);
    process.end();
    runs.push_back(process.run);
  }
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        const auto catalog = store.open();
        ingest_journals(store.layout, *catalog);
        _exit(catalog->list_runs({}).size() == k_runs ? 0 : 2);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(child);
  }
  for (const auto child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  const auto catalog = store.open();
  for (const auto& run : runs) CHECK(catalog->points_all(run, {"loss", {}}).steps.size() == 20);
  CHECK(catalog->problems().empty());
}

TEST_CASE("an ingest that is killed again and again loses nothing and doubles nothing",
          "[catalog]") {
  Store store;
  constexpr int k_kills = 12;
  constexpr int k_points = 3000;
  std::vector<RunId> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(RunId::random());
    in_killed_child([&] {
      Process process(store, runs.back());
      for (int step = 0; step < k_points; ++step) process.log("loss", step, step);
    });
  }
  for (int i = 0; i < k_kills; ++i) {
    // Dies at another place each time: between runs, and in the clearing of journals.
    run_until_killed(i % 7, [&](const Progress& progress) {
      const auto catalog = store.open();
      ingest_journals(store.layout, *catalog, progress);
    });
  }
  const auto catalog = store.open();
  ingest_journals(store.layout, *catalog);
  for (const auto& run : runs) {
    CHECK(catalog->points_all(run, {"loss", {}}).steps.size() == k_points);
    CHECK_FALSE(std::filesystem::exists(store.layout.journal(run)));
  }
  CHECK(catalog->check().empty());
}
