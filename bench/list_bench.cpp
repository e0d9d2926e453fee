// What `track ls` costs in a store of 10,000 runs.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "report.hpp"
#include "scratch.hpp"
#include "track/track.hpp"

namespace {

using track_bench::Report;
using track_bench::Stopwatch;

constexpr int k_runs = 10'000;
constexpr int k_repeats = 11;
constexpr const char* k_nothing = "track --version, which opens nothing";

void make_runs(const std::filesystem::path& store) {
  track::RunOptions options;
  options.experiment = "sweep";
  options.store = store;
  options.strict = true;
  options.capture_code = false;
  options.capture_program = false;
  for (int i = 0; i < k_runs; ++i) {
    auto run = track::start_run(options);
    run.set_params({{"lr", 0.001 * (1 + i % 100)}, {"hidden", 16 << i % 4}, {"seed", i}});
    run.define_metric("val/acc", {track::Goal::maximize, "", ""});
    run.log("val/acc", 0, 1.0 / (1 + i));
    run.log("train/loss", 0, 1.0 * i);
    run.finish();
  }
}

double milliseconds(const std::vector<std::string>& command,
                    double (*run)(const std::vector<std::string>&) = track_bench::run_program) {
  std::vector<double> times;
  for (int i = 0; i < k_repeats; ++i) {
    times.push_back(run(command) * 1e3);
  }
  return track_bench::median(times);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Report report("list");
    const track_bench::Scratch scratch;
    const auto path = scratch.make_store();
    const Stopwatch making;
    make_runs(path);
    report.add({"a run of two points, start to finish", making.seconds() * 1e3 / k_runs, "ms"});
    const Stopwatch ingesting;
    auto store = track::Store::open({.path = path});
    report.require(store.list({}).size() == k_runs, "the store does not list every run");
    report.add({"ingest of a run of two points", ingesting.seconds() * 1e3 / k_runs, "ms"});

    const std::string program = TRACK_PROGRAM;
    const std::string at = path.string();
    const std::string rare = "metric('val/acc') > 0.9 and param('lr') < 0.01";
    report.add({"track ls on a terminal",
                milliseconds({program, "--store", at, "ls"}, track_bench::run_on_terminal), "ms",
                k_nothing, track_bench::value_at_most(50)});
    report.add({"track ls to a pipe, every row", milliseconds({program, "--store", at, "ls"}), "ms",
                k_nothing});
    report.add({"track ls --where, rare",
                milliseconds({program, "--store", at, "ls", "--where", rare}), "ms", k_nothing,
                track_bench::value_at_most(50)});
    report.add({"track show @latest", milliseconds({program, "--store", at, "show", "@latest"}),
                "ms", k_nothing, track_bench::value_at_most(10)});
    report.add({k_nothing, milliseconds({program, "--version"}), "ms"});
    return report.finish(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_list: %s\n", error.what());
    return 2;
  }
}
