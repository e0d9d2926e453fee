// A deterministic program whose every cause of a difference can be changed on its own.
//
// usage: replay_trainer [key=value...]
//   config=FILE  a number, part of the code     data=FILE   bytes, declared as an input
//   order=FILE   indices into them, an input
//   lr=X         a param                        unused=X    a param that nothing depends on
//   seed=N       a given seed; "entropy": one from the system
//   negative=N   a zero at step N is negative   skip=N      no point at step N
//   until=N      kills itself after step N, as REPLAY_UNTIL does; with REPLAY_HASTE before its
//                surroundings are captured
//   racing=1     two threads log one series    racy=1      threads add to one sum as they come
//   varies=1     logs a metric that is declared to vary
//
// From the environment it takes TZ and LC_NUMERIC, and at step 16 it loads libreplay_plugin.so
// where there is one beside it.
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "track/track.hpp"

extern "C" double replay_kernel(double value);
double replay_round(double value);

namespace {

using Arguments = std::map<std::string, std::string>;

constexpr int k_steps = 20;
constexpr int k_plugin_step = 16;
// A hardware flush to zero shows where this, halved at each step, becomes subnormal: at step 14.
constexpr double k_smallest = 0x1p-1008;

Arguments parse(int argc, char** argv) {
  Arguments arguments = {{"config", "config.txt"}, {"lr", "0.5"}, {"seed", "7"}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    arguments[word.substr(0, equals)] = equals < word.size() ? word.substr(equals + 1) : "";
  }
  return arguments;
}

int number(const Arguments& arguments, const std::string& name) {
  const auto found = arguments.find(name);
  return found == arguments.end() ? -1 : std::atoi(found->second.c_str());
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) std::exit(9);
  return {std::istreambuf_iterator<char>(file), {}};
}

double variable(const char* name, double otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atof(value);
}

/// A sum whose rounding depends on how many parts it is made of, as with threads.
float parallel_sum(double start) {
  const int parts = static_cast<int>(variable("OMP_NUM_THREADS", 1));
  std::vector<float> sums(static_cast<std::size_t>(parts), 0.0F);
  for (int i = 0; i < 1000; ++i)
    sums[static_cast<std::size_t>(i % parts)] +=
        static_cast<float>(start) / static_cast<float>(i + 3);
  float total = 0;
  for (const float sum : sums) total += sum;
  return total;
}

/// A sum in the order in which threads come. How long each waits is left to the system's entropy,
/// which stands for the scheduler: so it varies on one processor, too.
float racy_sum() {
  std::mutex mutex;
  float sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    const auto waits = std::random_device{}() % 64;
    threads.emplace_back([&, i, waits] {
      for (unsigned k = 0; k < waits; ++k) std::this_thread::yield();
      const std::lock_guard lock(mutex);
      sum += 1.0F / static_cast<float>(3 * i + 1);
    });
  }
  for (auto& thread : threads) thread.join();
  return sum;
}

/// The hour of a moment in the zone that TZ names.
double local_hour(int hours) {
  const std::time_t moment = std::time_t{hours} * 3600;
  std::tm parts{};
  ::localtime_r(&moment, &parts);
  return parts.tm_hour;
}

/// A number as a program with the user's locale reads it. The locale need not be installed here: of
/// one with a decimal comma this knows that it stops at the point.
double read_number(const std::string& text) {
  const char* locale = std::getenv("LC_NUMERIC");
  const bool comma = locale != nullptr && std::string(locale).rfind("de_", 0) == 0;
  return std::atof((comma ? text.substr(0, text.find('.')) : text).c_str());
}

/// By its whole path: under a sanitizer's dlopen() the program's own run path does not count.
std::filesystem::path beside_program(const char* name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

/// What depends on the machine's arithmetic, on libraries and on the environment.
class Sensors {
 public:
  void log(track::Run& run, int step, double state) {
    if (step == k_plugin_step) ::dlopen(beside_program("libreplay_plugin.so").c_str(), RTLD_NOW);
    tiny_ = tiny_ * half_;
    run.log("tiny", step, tiny_);
    exponent_ = step;
    run.log("exp", step, std::exp(exponent_));
    run.log("rounded", step, step < 12 ? 0.0 : replay_round(state));
    run.log("scaled", step, step < 8 ? 0.0 : state * read_number("0.5"));
    run.log("hour", step, local_hour(step));
  }

 private:
  volatile double tiny_ = k_smallest;  // volatile: computed as it runs, not by the compiler
  volatile double half_ = 0.5;
  volatile double exponent_ = 0;
};

void race(track::Run& run) {
  auto metric = run.metric("raced");
  std::thread other([&] {
    for (int step = 0; step < k_steps; ++step) metric.log(step, 0.25 * step);
  });
  for (int step = 0; step < k_steps; ++step) metric.log(step, -0.5 * step);
  other.join();
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = parse(argc, argv);
  auto run = track::start_run();
  const double lr = std::atof(arguments["lr"].c_str());
  run.set_param("lr", lr);
  if (arguments.count("unused") != 0) run.set_param("unused", arguments["unused"]);
  std::string data = "none";
  if (arguments.count("data") != 0) {
    run.use_dataset("train", arguments["data"]);
    data = read(arguments["data"]);
  }
  std::string order;
  if (arguments.count("order") != 0) {
    run.use_dataset("order", arguments["order"]);
    order = read(arguments["order"]);
  }
  const bool entropy = arguments["seed"] == "entropy";
  const unsigned seed =
      entropy ? std::random_device{}() : static_cast<unsigned>(number(arguments, "seed"));
  run.record_seed("init", seed, entropy ? "entropy" : "given");

  std::mt19937 random(seed);
  const double from_config = std::atof(read(arguments["config"]).c_str());
  const double start = static_cast<double>(random() % 1000) / 1000;
  double state = 1.0 + start + from_config + variable("REPLAY_BIAS", 0);
  const int until = static_cast<int>(variable("REPLAY_UNTIL", number(arguments, "until")));
  if (until >= 0 && std::getenv("REPLAY_HASTE") == nullptr) run.wait_for_capture();
  auto loss = run.metric("loss");
  Sensors sensors;
  for (int step = 0; step < k_steps; ++step) {
    auto at = static_cast<std::size_t>(step);
    if (!order.empty()) at = static_cast<unsigned char>(order[at % order.size()]);
    const auto byte = static_cast<unsigned char>(data[at % data.size()]);
    // Params and data take part from step 10 on: where a change first shows is known exactly.
    if (step >= 10) state += lr * static_cast<double>(byte) / 256;
    state = replay_kernel(state);
    if (step != number(arguments, "skip")) loss.log(step, state);
    run.log("sum", step, parallel_sum(state));
    run.log("zero", step, step == number(arguments, "negative") ? -0.0 : 0.0);
    sensors.log(run, step, state);
    if (arguments.count("racy") != 0) run.log("racy", step, racy_sum());
    if (step == until) ::kill(::getpid(), SIGKILL);
  }
  if (arguments.count("racing") != 0) race(run);
  if (arguments.count("varies") != 0) {
    track::MetricOptions options;
    options.deterministic = false;
    run.define_metric("speed", options);
    run.log("speed", 0, static_cast<double>(std::random_device{}()));
  }
  std::ofstream("model.txt") << state << '\n';
  track::ArtifactOptions model;
  model.kind = track::ArtifactKind::model;
  run.log_artifact("model.txt", model);
  return 0;
}
