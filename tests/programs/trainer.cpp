// What an instrumented program does, in modes that tests ask for by the first argument.

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "track/track.hpp"

namespace {

void train(track::Run& run, long steps) {
  run.set_param("lr", 0.5);
  auto loss = run.metric("loss");
  for (long step = 0; step < steps; ++step) loss.log(step, 1.0 / static_cast<double>(step + 1));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "plain";
  track::RunOptions options;
  if (mode == "named") {
    options.experiment = "theirs";
    options.name = "their-name";
    options.note = "their note";
    options.tags = {{"stage", "theirs"}, {"owner", "they"}};
  }
  auto run = track::start_run(options);
  std::printf("run %s\n", run.id().value.c_str());
  std::fflush(stdout);
  if (mode == "axis" || mode == "axis-of-a-slice") {
    track::MetricOptions over;
    over.axis = "epoch";
    run.define_metric("loss", over);
    track::Labels labels;
    if (mode == "axis-of-a-slice") labels["slice"] = "a";
    auto epochs = run.metric("epoch", labels);
    for (int epoch = 0; epoch < 4; ++epoch) epochs.log(3 * epoch, epoch + 0.5);
  }
  train(run, argc > 2 ? std::atol(argv[2]) : 10);
  if (mode == "exit") std::exit(3);
  if (mode == "throw") throw std::runtime_error("no more data");
  if (mode == "abort") std::abort();
  return 0;
}
