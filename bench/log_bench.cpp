// What recording a point costs, beside what one would write by hand.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "report.hpp"
#include "scratch.hpp"
#include "track/track.hpp"

namespace {

using track_bench::Report;
using track_bench::Stopwatch;

constexpr std::int64_t k_burst = 10'000'000;
constexpr std::int64_t k_by_name = 1'000'000;
constexpr std::int64_t k_batches = 250'000;
constexpr std::int64_t k_peer_rows = 1'000'000;

constexpr const char* k_sqlite = "SQLite row, one transaction of 10^6";

/// Looks like a loss that comes from float32 arithmetic.
double loss_at(std::int64_t step) {
  return static_cast<double>(1.0F / (1.0F + static_cast<float>(step % 100'000)));
}

double nanoseconds_each(const Stopwatch& watch, std::int64_t count) {
  return watch.seconds() * 1e9 / static_cast<double>(count);
}

/// 250 points each millisecond for two seconds; only the calls are counted.
double paced(track::Metric& metric) {
  constexpr int k_rounds = 2'000;
  constexpr int k_round = 250;
  auto next = std::chrono::steady_clock::now();
  double spent = 0;
  std::int64_t step = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const Stopwatch watch;
    for (int i = 0; i < k_round; ++i, ++step) {
      metric.log(step, loss_at(step));
    }
    spent += watch.seconds();
    next += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(next);
  }
  return spent * 1e9 / (static_cast<double>(k_rounds) * k_round);
}

/// One call in a thousand takes longer, the clock's own cost included.
double tail(track::Metric& metric) {
  constexpr std::int64_t k_calls = 200'000;
  std::vector<double> times;
  times.reserve(k_calls);
  for (std::int64_t step = 0; step < k_calls; ++step) {
    const Stopwatch watch;
    metric.log(step, loss_at(step));
    times.push_back(watch.seconds() * 1e9);
  }
  const auto at = times.begin() + k_calls * 999 / 1'000;
  std::nth_element(times.begin(), at, times.end());
  return *at;
}

void measure_track(Report& report, const track_bench::Scratch& scratch) {
  const auto store = scratch.make_store();
  track::RunOptions options;
  options.experiment = "bench";
  options.store = store;
  options.strict = true;
  options.capture_code = false;
  auto run = track::start_run(options);
  auto paced_loss = run.metric("paced");
  auto tail_loss = run.metric("tail");
  auto burst_loss = run.metric("burst");
  auto first = run.metric("batch/first");
  auto second = run.metric("batch/second");
  auto third = run.metric("batch/third");
  auto fourth = run.metric("batch/fourth");

  report.add({"handle.log(), 250,000 points a second", paced(paced_loss), "ns", k_sqlite,
              track_bench::value_at_most(15)});
  report.add({"handle.log(), p99.9 with the clock", tail(tail_loss), "ns"});
  const Stopwatch burst;
  for (std::int64_t step = 0; step < k_burst; ++step) {
    burst_loss.log(step, loss_at(step));
  }
  report.add({"handle.log(), 10^7 back to back", nanoseconds_each(burst, k_burst), "ns", k_sqlite,
              track_bench::value_at_most(30)});
  const Stopwatch by_name;
  for (std::int64_t step = 0; step < k_by_name; ++step) {
    run.log("by/name", step, loss_at(step));
  }
  report.add({"run.log() by name", nanoseconds_each(by_name, k_by_name), "ns", k_sqlite});
  const Stopwatch batch;
  for (std::int64_t step = 0; step < k_batches; ++step) {
    const double value = loss_at(step);
    run.log(step, {{first, value}, {second, value}, {third, value}, {fourth, value}});
  }
  report.add(
      {"run.log() of four, a point", nanoseconds_each(batch, 4 * k_batches), "ns", k_sqlite});

  const auto finished = run.finish();
  report.require(finished.complete(), "a point was dropped");
  auto opened = track::Store::open({.path = store});
  const auto count = opened.find_metric(run.id(), "burst").count;
  report.require(count == k_burst, "the store does not hold every point of the burst");
}

void measure_write(Report& report, const std::filesystem::path& directory) {
  struct {
    std::int64_t step, time;
    double value;
  } record{};
  const int file = open((directory / "points").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const Stopwatch watch;
  for (std::int64_t step = 0; step < k_peer_rows; ++step) {
    record = {step, step, loss_at(step)};
    if (write(file, &record, sizeof record) != static_cast<ssize_t>(sizeof record)) {
      throw std::runtime_error("cannot write a record");
    }
  }
  report.add({"write(2) of 24 bytes", nanoseconds_each(watch, k_peer_rows), "ns"});
  close(file);
}

void execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(db));
  }
}

void measure_sqlite(Report& report, const std::filesystem::path& directory) {
  sqlite3* db = nullptr;
  if (sqlite3_open((directory / "rows.db").c_str(), &db) != SQLITE_OK) {
    throw std::runtime_error("cannot open a database");
  }
  execute(db,
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
          "CREATE TABLE points (step INTEGER, time INTEGER, value REAL); BEGIN");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO points VALUES (?, ?, ?)", -1, &insert, nullptr);
  const Stopwatch watch;
  for (std::int64_t step = 0; step < k_peer_rows; ++step) {
    sqlite3_bind_int64(insert, 1, step);
    sqlite3_bind_int64(insert, 2, step);
    sqlite3_bind_double(insert, 3, loss_at(step));
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  execute(db, "COMMIT");
  report.add({k_sqlite, nanoseconds_each(watch, k_peer_rows), "ns"});
  sqlite3_finalize(insert);
  sqlite3_close(db);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Report report("log");
    const track_bench::Scratch scratch;
    measure_track(report, scratch);
    measure_write(report, scratch.path());
    measure_sqlite(report, scratch.path());
    return report.finish(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_log: %s\n", error.what());
    return 2;
  }
}
