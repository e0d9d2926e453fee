// What starting a run costs in a repository of 10,000 files.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "report.hpp"
#include "scratch.hpp"
#include "track/track.hpp"

namespace {

namespace fs = std::filesystem;
using track_bench::Report;
using track_bench::Stopwatch;

constexpr int k_folders = 100;
constexpr int k_files_each = 100;
constexpr int k_runs = 21;
constexpr const char* k_status = "git status of the repository";

void make_repository(const fs::path& root) {
  for (int folder = 0; folder < k_folders; ++folder) {
    const fs::path directory = root / ("folder" + std::to_string(folder));
    fs::create_directories(directory);
    for (int file = 0; file < k_files_each; ++file) {
      const std::string name = "file" + std::to_string(file) + ".txt";
      std::ofstream(directory / name) << "file " << file << " of folder " << folder << '\n';
    }
  }
  const std::string at = root.string();
  track_bench::run_program({"git", "-C", at, "init", "-q"});
  track_bench::run_program({"git", "-C", at, "add", "."});
  track_bench::run_program({"git", "-C", at, "-c", "user.name=bench", "-c",
                            "user.email=bench@localhost", "commit", "-q", "-m", "files"});
}

double status_of(const fs::path& root) {
  std::vector<double> times;
  for (int i = 0; i < k_runs; ++i) {
    times.push_back(track_bench::run_program({"git", "-C", root.string(), "status", "-s"}) * 1e3);
  }
  return track_bench::median(times);
}

void measure(Report& report, const track_bench::Scratch& scratch) {
  const auto& root = scratch.path();
  track::RunOptions options;
  options.experiment = "bench";
  options.store = scratch.make_store();
  options.strict = true;

  std::vector<double> starts;
  std::vector<double> captures;
  std::vector<double> ends;
  bool complete = true;
  for (int i = 0; i < k_runs; ++i) {
    const Stopwatch start;
    auto run = track::start_run(options);
    run.log("loss", 0, 1.0);
    starts.push_back(start.seconds() * 1e3);
    run.wait_for_capture();
    captures.push_back(start.seconds() * 1e3);
    const Stopwatch end;
    complete = run.finish().complete() && complete;
    ends.push_back(end.seconds() * 1e3);
  }
  report.add({"start_run to first log, first run", starts.front(), "ms"});
  report.add({"start_run to first log", track_bench::median(starts), "ms", k_status,
              track_bench::value_at_most(15)});
  report.add({"code capture done, first run", captures.front(), "ms"});
  report.add({"code capture done", track_bench::median(captures), "ms", k_status});
  report.add({"finish", track_bench::median(ends), "ms", {}, track_bench::value_at_most(50)});
  report.add({k_status, status_of(root), "ms"});
  report.require(complete, "a run is not complete");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Report report("start");
    const track_bench::Scratch scratch;
    make_repository(scratch.path());
    fs::current_path(scratch.path());
    measure(report, scratch);
    fs::current_path(scratch.path().parent_path());
    return report.finish(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_start: %s\n", error.what());
    return 2;
  }
}
