// Trains a small neural network on 1,797 real handwritten digits, and tracks the training:
// every line of that names `track` or `run`.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include <track/track.hpp>

#include "data.hpp"
#include "network.hpp"
#include "options.hpp"
#include "random.hpp"
#include "safetensors.hpp"

namespace {

track::Run start_run(const digits::Options& options) {
  track::RunOptions run_options;
  run_options.experiment = "digits";
  auto run = track::start_run(run_options);
  run.set_params({{"lr", options.lr},
                  {"decay", options.decay},
                  {"hidden", options.hidden},
                  {"batch", options.batch},
                  {"epochs", options.epochs},
                  {"seed", options.seed}});
  run.use_dataset("digits", options.data);
  run.record_seed("init", options.seed);
  run.record_seed("order", options.seed);
  run.define_metric("train/loss", {.goal = track::Goal::minimize});
  run.define_metric("val/loss", {.goal = track::Goal::minimize, .axis = "epoch"});
  run.define_metric("val/acc", {.goal = track::Goal::maximize, .axis = "epoch"});
  run.define_metric("val/recall", {.axis = "epoch"});
  return run;
}

void train(const digits::Options& options) {
  auto run = start_run(options);
  auto train_loss = run.metric("train/loss");
  std::vector<track::Metric> recall;
  for (std::size_t digit = 0; digit < digits::k_classes; ++digit) {
    recall.push_back(run.metric("val/recall", {{"slice", "digit=" + std::to_string(digit)}}));
  }

  const auto data = digits::load_data(options.data);
  digits::Random init(options.seed, digits::Stream::init);
  digits::Random order(options.seed, digits::Stream::order);
  auto parameters = digits::initial_parameters(options.hidden, init);

  std::vector<const digits::Image*> images;
  for (const auto& image : data.train) images.push_back(&image);

  std::int64_t step = 0;
  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    digits::shuffle(images, order);
    float loss = 0;
    for (std::size_t first = 0; first < images.size(); first += options.batch) {
      const auto size = std::min(options.batch, images.size() - first);
      const auto batch = std::span(images).subspan(first, size);
      loss = digits::train_step(parameters, batch, {options.lr, options.decay}, options.threads);
      train_loss.log(++step, loss);
    }

    const auto test = digits::evaluate(parameters, data.test);
    run.log("epoch", step, epoch);
    run.log("val/loss", step, test.loss);
    run.log("val/acc", step, test.accuracy);
    for (std::size_t digit = 0; digit < recall.size(); ++digit) {
      recall[digit].log(step, test.recall[digit]);
    }
    // A loss has no sign, but a NaN has, and printf shows it.
    std::printf("epoch %2zu  train/loss %.4f  val/loss %.4f  val/acc %.4f\n", epoch,
                std::abs(static_cast<double>(loss)), std::abs(static_cast<double>(test.loss)),
                test.accuracy);
  }

  digits::write_safetensors(options.out, parameters);
  run.log_artifact(options.out,
                   {.name = "model", .kind = track::ArtifactKind::model, .step = step});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = digits::parse_options(argc, argv);
    if (options.help) {
      std::fputs(digits::usage(), stdout);
    } else {
      train(options);
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "digits: %s\n", e.what());
    return 2;
  }
}
