// What recording a point costs, beside what one would write by hand.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
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
constexpr std::int64_t k_peer_rows = 1'000'000;

constexpr const char* k_floor = "coarse clock and a store of 32 bytes";
constexpr const char* k_sqlite = "SQLite row, one transaction of 10^6";

/// Looks like losses that come from float32 arithmetic; made before anything is timed, and few
/// enough to stay in the cache.
const std::vector<double>& losses() {
  static const auto made = [] {
    std::vector<double> values(1024);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<double>(1.0F / (1.0F + static_cast<float>(i)));
    return values;
  }();
  return made;
}

double loss_at(std::int64_t step) {
  static const double* const values = losses().data();
  return values[static_cast<std::size_t>(step) % 1024];
}

double nanoseconds_each(const Stopwatch& watch, std::int64_t count) {
  return watch.seconds() * 1e9 / static_cast<double>(count);
}

/// 250 points each millisecond for two seconds, `at_once` a call; only the calls are counted.
/// Nanoseconds a point.
template <typename Log>
double paced(int at_once, Log&& log) {
  constexpr int k_rounds = 2'000;
  constexpr int k_round = 250;
  auto next = std::chrono::steady_clock::now();
  double spent = 0;
  std::int64_t points = 0;
  std::int64_t step = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const Stopwatch watch;
    for (int i = 0; i < k_round; i += at_once, ++step) log(step, loss_at(step));
    spent += watch.seconds();
    points = step * at_once;
    next += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(next);
  }
  return spent * 1e9 / static_cast<double>(points);
}

/// The same rounds, with what no recorder can do without: the coarse clock, and 32 bytes stored.
double floor_of_a_point(const std::filesystem::path& directory) {
  struct Slot {
    std::int64_t step, seconds, nanoseconds;
    double value;
  };
  constexpr std::int64_t k_slots = std::int64_t{1} << 15;  // 1 MiB of a file, as a segment is
  const auto path = directory / "floor";
  const int file = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  if (file < 0 || ftruncate(file, k_slots * sizeof(Slot)) != 0)
    throw std::runtime_error("cannot make a file");
  auto* slots = static_cast<volatile Slot*>(
      mmap(nullptr, k_slots * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  if (slots == MAP_FAILED) throw std::runtime_error("cannot map a file");
  const auto write_all = [&] {
    for (std::int64_t step = 0; step < k_slots; ++step) {
      timespec now{};
      clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
      auto& slot = slots[step];
      slot.step = step;
      slot.seconds = now.tv_sec;
      slot.nanoseconds = now.tv_nsec;
      slot.value = loss_at(step);
    }
  };
  write_all();  // faults the pages in
  const Stopwatch watch;
  for (int round = 0; round < 30; ++round) write_all();
  const auto each = nanoseconds_each(watch, 30 * k_slots);
  munmap(const_cast<Slot*>(slots), k_slots * sizeof(Slot));
  close(file);
  return each;
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

  const auto handle = [&paced_loss](std::int64_t step, double value) {
    paced_loss.log(step, value);
  };
  report.add({k_floor, floor_of_a_point(scratch.path()), "ns"});
  report.add({"handle.log(), 250,000 points a second", paced(1, handle), "ns", k_floor,
              track_bench::value_at_most(15)});
  report.add({"handle.log(), p99.9 with the clock", tail(tail_loss), "ns"});
  const Stopwatch burst;
  for (std::int64_t step = 0; step < k_burst; ++step) {
    burst_loss.log(step, loss_at(step));
  }
  report.add({"handle.log(), 10^7 back to back", nanoseconds_each(burst, k_burst), "ns", k_sqlite,
              track_bench::value_at_most(30)});
  const auto by_name = [&run](std::int64_t step, double value) { run.log("by/name", step, value); };
  report.add({"run.log() by name", paced(1, by_name), "ns", k_floor});
  const auto batch = [&](std::int64_t step, double value) {
    run.log(step, {{first, value}, {second, value}, {third, value}, {fourth, value}});
  };
  report.add({"run.log() of four, a point", paced(4, batch), "ns", k_floor});

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
