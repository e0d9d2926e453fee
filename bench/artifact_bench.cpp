// What storing a file costs, beside cp and fsync of the same bytes.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "report.hpp"
#include "scratch.hpp"
#include "track/track.hpp"

namespace {

namespace fs = std::filesystem;
using track_bench::Report;
using track_bench::Stopwatch;

constexpr std::size_t k_bytes = 256UL << 20;
constexpr int k_repeats = 5;
constexpr const char* k_copy = "cp and fsync of the same";

/// Bytes that do not compress, as the weights of a network do not.
void write_random(const fs::path& path, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> block(1UL << 17);
  std::ofstream file(path, std::ios::binary);
  for (std::size_t written = 0; written < k_bytes; written += block.size() * 8) {
    for (auto& word : block) {
      word = random();
    }
    file.write(reinterpret_cast<const char*>(block.data()),
               static_cast<std::streamsize>(block.size() * 8));
  }
  if (!file.flush()) {
    throw std::runtime_error("cannot write '" + path.string() + "'");
  }
}

/// As cp does without reflinks, then made durable.
void copy_and_sync(const fs::path& from, const fs::path& to) {
  const int source = open(from.c_str(), O_RDONLY);
  const int target = open(to.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  std::vector<char> buffer(256UL << 10);
  ssize_t count = 0;
  while ((count = read(source, buffer.data(), buffer.size())) > 0) {
    if (write(target, buffer.data(), static_cast<std::size_t>(count)) != count) {
      throw std::runtime_error("cannot write '" + to.string() + "'");
    }
  }
  if (source < 0 || count < 0 || fsync(target) != 0) {
    throw std::runtime_error("cannot copy '" + from.string() + "'");
  }
  close(source);
  close(target);
}

void measure(Report& report, const track_bench::Scratch& scratch) {
  const auto& directory = scratch.path();
  track::RunOptions options;
  options.experiment = "bench";
  options.store = scratch.make_store();
  options.strict = true;
  options.capture_code = false;
  auto run = track::start_run(options);
  run.wait_for_capture();

  std::vector<double> copies;
  std::vector<double> stores;
  const fs::path model = directory / "model.bin";
  for (int i = 0; i < k_repeats; ++i) {  // by turns, so that both meet the same disk
    write_random(model, static_cast<std::uint64_t>(i));
    const Stopwatch copy;
    copy_and_sync(model, directory / "copy.bin");
    copies.push_back(copy.seconds());
    const Stopwatch store;
    run.log_artifact(model, {.name = "model", .step = i});
    stores.push_back(store.seconds());
  }
  const Stopwatch again;
  run.log_artifact(model, {.name = "model", .step = k_repeats});
  const double repeated = again.seconds();

  report.add({"log_artifact of 256 MiB of new bytes", track_bench::median(stores) * 1e3, "ms",
              k_copy, track_bench::ratio_at_most(2)});
  report.add({"log_artifact of the same bytes again", repeated * 1e3, "ms", k_copy});
  report.add({k_copy, track_bench::median(copies) * 1e3, "ms"});
  report.require(run.finish().complete(), "something of the run was lost");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Report report("artifact");
    const track_bench::Scratch scratch;
    measure(report, scratch);
    return report.finish(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_artifact: %s\n", error.what());
    return 2;
  }
}
