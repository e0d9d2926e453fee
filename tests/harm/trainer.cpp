// What the tests run, and kill: a process that logs, and behaves as its first argument says.
//
// usage: harm_trainer <behaviour> <store> [<argument>...]
// It prints the id of its run as soon as there is one.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "counter.hpp"
#include "track/track.hpp"

namespace {

using Arguments = std::vector<std::string>;

constexpr int k_skipped = 77;

track::Run start(const Arguments& arguments) {
  track::RunOptions options;
  options.experiment = "harm";
  options.store = arguments[1];
  auto run = track::start_run(options);
  std::printf("%s\n", run.id().value.c_str());
  std::fflush(stdout);
  return run;
}

void log_points(track::Metric metric, std::int64_t count) {
  for (std::int64_t step = 0; step < count; ++step) {
    metric.log(step, static_cast<double>(step));
  }
}

int print(const track::FinishReport& report) {
  std::printf("points %llu dropped %llu losses %zu\n",
              static_cast<unsigned long long>(report.points),
              static_cast<unsigned long long>(report.dropped), report.losses.size());
  return 0;
}

/// Counts each point once it is accepted, until it is killed.
[[noreturn]] void log_forever(track::Run& run, const std::string& counter_file) {
  track_test::Counter counter(counter_file);
  auto loss = run.metric("loss");
  for (std::int64_t step = 0;; ++step) {
    if (loss.log(step, static_cast<double>(step))) {
      counter.add();
    }
  }
}

/// Blocks until the test closes our standard input.
void wait_for_test() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

int endless(const Arguments& arguments) {
  auto run = start(arguments);
  log_forever(run, arguments[2]);
}

/// In bursts, between which the helper has time to pack.
int endless_in_bursts(const Arguments& arguments) {
  auto run = start(arguments);
  track_test::Counter counter(arguments[2]);
  auto loss = run.metric("loss");
  for (std::int64_t step = 0;; ++step) {
    if (loss.log(step, static_cast<double>(step))) {
      counter.add();
    }
    if (step % 50'000 == 0) {
      usleep(3'000);
    }
  }
}

int endless_with_child(const Arguments& arguments) {
  auto run = start(arguments);
  if (fork() == 0) {
    run.metric("child").log(0, 1.0);
    std::printf("child\n");
    std::fflush(stdout);
    wait_for_test();
    _exit(0);
  }
  log_forever(run, arguments[2]);
}

int points(const Arguments& arguments) {
  auto run = start(arguments);
  log_points(run.metric(arguments.size() > 3 ? arguments[3] : "loss"), std::stol(arguments[2]));
  return print(run.finish());
}

int exit_code(const Arguments& arguments) {
  auto run = start(arguments);
  log_points(run.metric("loss"), 10);
  std::exit(3);
}

int uncaught(const Arguments& arguments) {
  auto run = start(arguments);
  log_points(run.metric("loss"), 10);
  throw std::runtime_error("out of cheese");
}

int unwinding(const Arguments& arguments) {
  try {
    auto run = start(arguments);
    log_points(run.metric("loss"), 10);
    throw std::runtime_error("out of cheese");
  } catch (const std::runtime_error&) {
    return 0;
  }
}

int terminated(const Arguments& arguments) {
  auto run = start(arguments);
  log_points(run.metric("loss"), 10);
  std::raise(SIGTERM);
  return 0;
}

int forked_worker(const Arguments& arguments) {
  auto run = start(arguments);
  const pid_t worker = fork();
  if (worker == 0) {
    log_points(run.metric("worker"), 10);
    _exit(9);
  }
  waitpid(worker, nullptr, 0);
  log_points(run.metric("loss"), 10);
  return print(run.finish());
}

/// The child destroys its copy of the run; the parent's goes on.
int forked_destroyer(const Arguments& arguments) {
  pid_t worker = 0;
  {
    auto run = start(arguments);
    worker = fork();
    if (worker != 0) {
      waitpid(worker, nullptr, 0);
      log_points(run.metric("loss"), 10);
      return print(run.finish());
    }
  }
  _exit(0);
}

int threads(const Arguments& arguments) {
  auto run = start(arguments);
  std::vector<std::thread> workers;
  for (long i = 0; i < std::stol(arguments[2]); ++i) {
    workers.emplace_back([metric = run.metric("loss", {{"thread", std::to_string(i)}})] {
      log_points(metric, 1'000);
    });
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  return print(run.finish());
}

int tiny_runs(const Arguments& arguments) {
  for (long i = 0; i < std::stol(arguments[2]); ++i) {
    track::RunOptions options;
    options.experiment = "tiny";
    options.store = arguments[1];
    options.capture_code = false;
    options.capture_program = false;
    auto run = track::start_run(options);
    log_points(run.metric("loss"), 2);
    if (!run.finish().complete()) {
      return 1;
    }
  }
  return 0;
}

/// Goes on when the test has done its harm to the store; its own exit code must survive.
int harmed(const Arguments& arguments) {
  auto run = start(arguments);
  log_points(run.metric("loss"), 1'000);
  wait_for_test();
  for (int i = 0; i < 8; ++i) {  // enough to need new segments
    log_points(run.metric("loss/" + std::to_string(i)), 500'000);
  }
  const std::string model = arguments[1] + "-model.bin";
  std::ofstream(model) << "weights";
  run.log_artifact(model);
  print(run.finish());
  return 7;
}

/// A file system of 4 MiB of its own, which fills up.
int full_disk(const Arguments& arguments) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("tmpfs", arguments[1].c_str(), "tmpfs", 0, "size=4m") != 0) {
    return k_skipped;
  }
  const std::string directory = arguments[1];
  std::filesystem::current_path(directory);  // a store made from elsewhere leaves a pointer there
  track::InitOptions init;
  init.at = directory + "/.track";
  auto run = start({arguments[0], track::Store::init(init).string()});
  log_points(run.metric("loss"), 2'000'000);
  const std::string model = arguments[2];
  std::ofstream(model) << std::string(8UL << 20, 'x');
  run.log_artifact(model);
  print(run.finish());
  return 7;
}

int read_forever(const Arguments& arguments) {
  track_test::Counter counter(arguments[2]);
  for (;;) {
    track::StoreOptions options;
    options.path = arguments[1];
    auto store = track::Store::open(options);
    for (const auto& run : store.list({})) {
      (void)store.details(run.id);
    }
    counter.add();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argv + 1, argv + argc);
  const std::map<std::string, int (*)(const Arguments&)> behaviours{
      {"endless", endless},
      {"endless_in_bursts", endless_in_bursts},
      {"endless_with_child", endless_with_child},
      {"exit_code", exit_code},
      {"forked_destroyer", forked_destroyer},
      {"forked_worker", forked_worker},
      {"full_disk", full_disk},
      {"harmed", harmed},
      {"points", points},
      {"read_forever", read_forever},
      {"terminated", terminated},
      {"threads", threads},
      {"tiny_runs", tiny_runs},
      {"uncaught", uncaught},
      {"unwinding", unwinding},
  };
  return behaviours.at(arguments.at(0))(arguments);
}
