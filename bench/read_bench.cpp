// What it costs to take points into the catalog, to keep them, and to read them back, beside rows
// of a table.
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "report.hpp"
#include "scratch.hpp"
#include "track/track.hpp"

namespace {

using track_bench::Report;
using track_bench::Stopwatch;

constexpr std::int64_t k_points = 10'000'000;
constexpr std::int64_t k_read = 1'000'000;
constexpr int k_series = 200'000;
constexpr int k_repeats = 5;

constexpr const char* k_insert = "SQLite rows, one transaction of 10^6: insert, a row";
constexpr const char* k_row_size = "SQLite rows: size, a row";
constexpr const char* k_select = "SQLite rows: read 10^6";
constexpr const char* k_sum = "SQLite rows: sum of 10^6";

/// Losses as training prints them: falling, noisy, and born as float32.
std::vector<double> noisy_losses(std::int64_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<float> noise(0.0F, 0.05F);
  std::vector<double> losses;
  for (std::int64_t i = 0; i < count; ++i)
    losses.push_back(
        static_cast<double>(2.0F / (1.0F + static_cast<float>(i) * 1e-5F) + noise(random)));
  return losses;
}

/// Milliseconds of the middle one of a few calls.
double milliseconds(const std::function<void()>& call) {
  std::vector<double> times;
  for (int i = 0; i < k_repeats; ++i) {
    const Stopwatch watch;
    call();
    times.push_back(watch.seconds() * 1e3);
  }
  return track_bench::median(times);
}

std::uintmax_t catalog_size(const std::filesystem::path& store) {
  std::uintmax_t size = 0;
  for (const char* name : {"catalog.db", "catalog.db-wal"}) {
    const auto path = store / name;
    if (std::filesystem::exists(path)) size += std::filesystem::file_size(path);
  }
  return size;
}

track::Run start_run(const std::filesystem::path& store) {
  track::RunOptions options;
  options.experiment = "bench";
  options.store = store;
  options.strict = true;
  options.capture_code = options.capture_program = false;
  return track::start_run(options);
}

/// Keeps the first column of the last row.
class Last final : public track::SqlSink {
 public:
  void columns(const std::vector<std::string>&) override {}
  void row(const std::vector<track::Value>& values) override { value = values.at(0); }
  track::Value value;
};

void measure_points(Report& report, const std::filesystem::path& path) {
  const auto losses = noisy_losses(k_points);
  auto run = start_run(path);
  auto loss = run.metric("loss");
  for (std::int64_t step = 0; step < k_points; ++step)
    loss.log(step, losses[static_cast<std::size_t>(step)]);
  report.require(run.finish().complete(), "a point was dropped");

  auto store = track::Store::open({.path = path});
  const auto before = catalog_size(path);
  const Stopwatch ingest;
  const auto count = store.find_metric(run.id(), "loss").count;
  report.add({"ingest, journal to committed, a point", ingest.seconds() * 1e9 / k_points, "ns",
              k_insert, track_bench::value_at_most(33)});
  report.require(count == k_points, "the store does not hold every point");
  report.add({"stored size of a noisy float32 loss, a point",
              static_cast<double>(catalog_size(path) - before) / k_points, "B", k_row_size,
              track_bench::value_at_most(3.5)});

  const track::StepRange range{0, k_read - 1};
  report.add({"read 10^6 points", milliseconds([&] {
                report.require(store.points(run.id(), {"loss", {}}, range).values.size() == k_read,
                               "points are missing");
              }),
              "ms", k_select, track_bench::value_at_most(6)});
  report.add({"1,000 buckets of 10^6 points", milliseconds([&] {
                report.require(store.curve(run.id(), {"loss", {}}, 1000, range).size() <= 1000,
                               "there are too many buckets");
              }),
              "ms", k_select, track_bench::value_at_most(6)});
  const std::string sql = "SELECT sum(value) FROM metric_points WHERE run = '" + run.id().value +
                          "' AND metric = 'loss' AND step < " + std::to_string(k_read);
  report.add({"sum of 10^6 points in SQL", milliseconds([&] {
                Last last;
                store.query(sql, last);
                report.require(last.value.to_string() != "null", "the sum is missing");
              }),
              "ms", k_sum, track_bench::ratio_at_most(1)});
}

/// What files below it take on disk, whatever their length.
std::uintmax_t disk_usage(const std::filesystem::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat status {};
    if (lstat(entry.path().c_str(), &status) == 0)
      bytes += static_cast<std::uintmax_t>(status.st_blocks) * 512;
  }
  return bytes;
}

/// Processor time of a whole process, or of the calling thread alone.
double processor_seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Waits until the helper has packed what it can: nothing changes any more.
void wait_for_packing(const std::filesystem::path& journals) {
  constexpr int k_quiet = 20;
  std::uintmax_t before = 0;
  for (int quiet = 0; quiet < k_quiet; ++quiet) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto now = disk_usage(journals);
    if (std::exchange(before, now) != now) quiet = 0;
  }
}

// Logged at a rate that a helper keeps up with.
void measure_unread(Report& report, const std::filesystem::path& path) {
  constexpr std::int64_t k_burst = 10'000;
  const auto losses = noisy_losses(k_points);
  auto run = start_run(path);
  auto loss = run.metric("loss");
  const auto helper_seconds = [] {
    return processor_seconds(RUSAGE_SELF) - processor_seconds(RUSAGE_THREAD);
  };
  const auto before = helper_seconds();
  for (std::int64_t step = 0; step < k_points; ++step) {
    loss.log(step, losses[static_cast<std::size_t>(step)]);
    if (step % k_burst == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  wait_for_packing(path / "journals");
  const auto helped = helper_seconds() - before;
  const Stopwatch finish;
  report.require(run.finish().complete(), "a point was dropped");
  report.add({"finish() of it", finish.seconds() * 1e3, "ms", {}, track_bench::value_at_most(50)});
  report.add({"an unread run of 10^7 points, a point on disk",
              static_cast<double>(disk_usage(path / "journals")) / k_points, "B", k_row_size,
              track_bench::value_at_most(4)});
  report.add({"its helper, a point", helped * 1e9 / k_points, "ns"});

  auto store = track::Store::open({.path = path});
  const Stopwatch ingest;
  const auto count = store.find_metric(run.id(), "loss").count;
  report.add({"its ingest, a point", ingest.seconds() * 1e9 / k_points, "ns", k_insert,
              track_bench::value_at_most(33)});
  report.require(count == k_points, "the store does not hold every point");
}

void measure_series(Report& report, const std::filesystem::path& path) {
  auto run = start_run(path);
  for (int i = 0; i < k_series; ++i) run.log("layer/" + std::to_string(i), 0, 1.0 * i);
  report.require(run.finish().complete(), "a point was dropped");
  auto store = track::Store::open({.path = path});
  const Stopwatch ingest;
  static_cast<void>(store.find_run(run.id()));
  report.add(
      {"ingest of 200,000 series of a point, a series", ingest.seconds() * 1e9 / k_series, "ns"});
  report.add({"last, min and max of 200,000 series",
              milliseconds([&] {
                report.require(store.details(run.id()).metrics.size() == k_series,
                               "series are missing");
              }),
              "ms",
              {},
              track_bench::value_at_most(25)});
}

void execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(db));
}

void measure_rows(Report& report, const std::filesystem::path& directory) {
  const auto path = directory / "rows.db";
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK)
    throw std::runtime_error("cannot open a database");
  execute(db,
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
          "CREATE TABLE points (series INTEGER, step INTEGER, time INTEGER, value REAL,"
          " PRIMARY KEY (series, step)) WITHOUT ROWID; BEGIN");
  const auto losses = noisy_losses(k_read);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO points VALUES (1, ?, ?, ?)", -1, &statement, nullptr);
  const Stopwatch insert;
  for (std::int64_t step = 0; step < k_read; ++step) {
    sqlite3_bind_int64(statement, 1, step);
    sqlite3_bind_int64(statement, 2, 1'700'000'000'000 + step);
    sqlite3_bind_double(statement, 3, losses[static_cast<std::size_t>(step)]);
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  report.add({k_insert, insert.seconds() * 1e9 / k_read, "ns"});
  sqlite3_finalize(statement);
  report.add({k_row_size, static_cast<double>(std::filesystem::file_size(path)) / k_read, "B"});

  sqlite3_prepare_v2(db, "SELECT step, time, value FROM points WHERE series = 1 ORDER BY step", -1,
                     &statement, nullptr);
  report.add({k_select, milliseconds([&] {
                std::vector<std::int64_t> steps;
                std::vector<double> values;
                while (sqlite3_step(statement) == SQLITE_ROW) {
                  steps.push_back(sqlite3_column_int64(statement, 0));
                  values.push_back(sqlite3_column_double(statement, 2));
                }
                sqlite3_reset(statement);
                report.require(values.size() == k_read, "rows are missing");
              }),
              "ms"});
  sqlite3_finalize(statement);
  sqlite3_prepare_v2(db, "SELECT sum(value) FROM points WHERE series = 1", -1, &statement, nullptr);
  report.add({k_sum, milliseconds([&] {
                sqlite3_step(statement);
                sqlite3_reset(statement);
              }),
              "ms"});
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Report report("read");
    const track_bench::Scratch scratch;
    const auto path = scratch.make_store();
    measure_points(report, path);
    measure_unread(report, path);
    measure_series(report, path);
    measure_rows(report, scratch.path());
    return report.finish(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_read: %s\n", error.what());
    return 2;
  }
}
