#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "data.hpp"
#include "random.hpp"

namespace digits {

/// The parameters of 64 pixels -> tanh(hidden) -> softmax over 10 digits, or a gradient of them.
struct Parameters {
  std::size_t hidden;
  std::vector<float> hidden_weight;  ///< hidden x 64, row by row
  std::vector<float> hidden_bias;
  std::vector<float> output_weight;  ///< 10 x hidden, row by row
  std::vector<float> output_bias;

  /// All zero.
  explicit Parameters(std::size_t hidden_units);

  /// *this = keep * *this + scale * other, which must be of the same shape.
  void blend(float keep, float scale, const Parameters& other);
};

/// How well a network does on images that it was not trained on.
struct Evaluation {
  float loss = 0;
  double accuracy = 0;
  std::array<double, k_classes> recall{};  ///< of each digit, the share recognised
};

/// Draws weights uniformly within 1/sqrt(inputs); biases are 0.
[[nodiscard]] Parameters initial_parameters(std::size_t hidden, Random& random);

/// How a step moves the parameters.
struct StepSize {
  double lr;     ///< learning rate
  double decay;  ///< weight decay: a step also shrinks each parameter by lr * decay of itself
};

/// One step of gradient descent on the mean loss over `batch`, which it returns
/// as it was before the step.
///
/// The batch is cut into `threads` blocks; each is summed by a thread of its
/// own, and the sums are added in the order of the blocks. So the same number
/// of threads always gives the same bits, and another number gives others.
float train_step(Parameters& parameters, std::span<const Image* const> batch, StepSize size,
                 std::size_t threads);

/// An image whose loss is not finite counts as not recognised.
[[nodiscard]] Evaluation evaluate(const Parameters& parameters, std::span<const Image> images);

}  // namespace digits
