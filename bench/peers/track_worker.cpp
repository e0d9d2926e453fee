// One workload through libtrack, for bench/peers: the twin of worker.py, with the same arguments
// and the same result, times by the monotonic clock that all processes share.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "track/track.hpp"

namespace {

constexpr std::int64_t k_check_every = 20;  // steps between two looks at the clock

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Arguments {
  std::map<std::string, std::string> values;  // without the dashes

  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const {
    const auto found = values.find(name);
    return found == values.end() ? otherwise : found->second;
  }
  [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t otherwise) const {
    return std::stoll(text(name, std::to_string(otherwise)));
  }
};

/// argv[1] names the adapter of worker.py and means nothing here.
Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 2; i + 1 < argc; i += 2)
    arguments.values[std::string(argv[i]).substr(2)] = argv[i + 1];
  return arguments;
}

/// Falling, noisy, and born as float32; made before anything is timed.
std::vector<double> noisy_losses(std::int64_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<float> noise(0.0F, 0.05F);
  std::vector<double> losses;
  losses.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const float falling = 2.0F / (1.0F + static_cast<float>(i) * 1e-5F);
    losses.push_back(static_cast<double>(falling + noise(random)));
  }
  return losses;
}

class Workload {
 public:
  explicit Workload(const Arguments& arguments)
      : series_(arguments.number("series", 1)),
        steps_(arguments.number("steps", 1)),
        losses_(noisy_losses(series_ * steps_)) {}

  void open(track::Run& run) {
    for (std::int64_t i = 0; i < series_; ++i)
      metrics_.push_back(run.metric(series_ == 1 ? "loss" : "loss_" + std::to_string(i)));
  }

  void log(std::int64_t step) {
    const double* values = &losses_[static_cast<std::size_t>(step * series_)];
    for (auto& metric : metrics_) metric.log(step, *values++);
  }

  /// Logs until all is logged or the time is up; returns the steps done.
  std::int64_t log_all(double seconds) {
    const double deadline = now() + seconds;
    std::int64_t step = 1;
    while (step < steps_ && now() < deadline)
      for (const auto end = std::min(step + k_check_every, steps_); step < end; ++step) log(step);
    return step;
  }

 private:
  std::int64_t series_;
  std::int64_t steps_;
  std::vector<double> losses_;
  std::vector<track::Metric> metrics_;
};

track::Run start_run(const Arguments& arguments) {
  track::RunOptions options;
  options.experiment = "bench";
  options.name = arguments.text("name", "run");
  options.store = arguments.text("directory", ".") + "/.track";
  options.strict = true;
  return track::start_run(options);
}

void measure(const Arguments& arguments, double entered) {
  const double making = now();
  Workload workload(arguments);
  const double made = now() - making;  // no part of starting

  auto run = start_run(arguments);
  workload.open(run);
  workload.log(0);
  const double first = now();
  std::ofstream result(arguments.text("result", "result.json"));
  if (arguments.values.count("kill") > 0) {
    result << R"({"others": 0})" << std::flush;
    workload.log_all(3600);
    std::raise(SIGKILL);
  }
  const double begun = now();
  const auto steps = workload.log_all(arguments.number("seconds", 3600));
  const double logged = now();
  std::this_thread::sleep_for(std::chrono::seconds(arguments.number("linger", 0)));
  const double last = now();
  if (!run.finish().complete()) throw std::runtime_error("a point was dropped");
  result.precision(17);
  result << "{\"start_s\": " << first - entered - made << ", \"log_s\": " << logged - begun
         << ", \"steps\": " << steps << ", \"last\": " << last << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const double entered = now();
  try {
    measure(parse(argc, argv), entered);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "peers_track: error: %s\n", error.what());
    return 2;
  }
}
