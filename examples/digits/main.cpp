// Trains a small neural network on 1,797 real handwritten digits.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <vector>

#include "data.hpp"
#include "network.hpp"
#include "options.hpp"
#include "random.hpp"
#include "safetensors.hpp"

namespace {

void train(const digits::Options& options) {
  const auto data = digits::load_data(options.data);
  digits::Random init(options.seed, digits::Stream::init);
  digits::Random order(options.seed, digits::Stream::order);
  auto parameters = digits::initial_parameters(options.hidden, init);

  std::vector<const digits::Image*> images;
  for (const auto& image : data.train) images.push_back(&image);

  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    digits::shuffle(images, order);
    float loss = 0;
    for (std::size_t first = 0; first < images.size(); first += options.batch) {
      const auto size = std::min(options.batch, images.size() - first);
      const auto batch = std::span(images).subspan(first, size);
      loss = digits::train_step(parameters, batch, {options.lr, options.decay}, options.threads);
    }
    const auto test = digits::evaluate(parameters, data.test);
    std::printf("epoch %2zu  train/loss %.4f  val/loss %.4f  val/acc %.4f\n", epoch,
                static_cast<double>(loss), static_cast<double>(test.loss), test.accuracy);
  }
  digits::write_safetensors(options.out, parameters);
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
