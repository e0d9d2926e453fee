#include "network.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

namespace digits {
namespace {

/// What one image makes of the network.
struct Activations {
  std::vector<float> hidden;
  std::array<float, k_classes> probability{};
  float loss = 0;
};

/// What a block of a batch adds to the step.
struct Partial {
  Parameters gradient;
  float loss = 0;
};

float dot(const float* a, const float* b, std::size_t size) {
  float sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// y += scale * x
void add_scaled(float* y, const float* x, float scale, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) y[i] += scale * x[i];
}

void forward(const Parameters& parameters, const Image& image, Activations& out) {
  out.hidden.resize(parameters.hidden);
  for (std::size_t j = 0; j < parameters.hidden; ++j) {
    const float* weight = &parameters.hidden_weight[j * k_pixels];
    out.hidden[j] =
        std::tanh(parameters.hidden_bias[j] + dot(weight, image.pixels.data(), k_pixels));
  }
  auto& logit = out.probability;
  for (std::size_t k = 0; k < k_classes; ++k) {
    const float* weight = &parameters.output_weight[k * parameters.hidden];
    logit[k] = parameters.output_bias[k] + dot(weight, out.hidden.data(), parameters.hidden);
  }
  // Shifted by the largest, so that exp does not overflow while the logits are finite.
  const float largest = *std::max_element(logit.begin(), logit.end());
  const float of_label = logit[image.label] - largest;
  float sum = 0;
  for (float& value : logit) sum += value = std::exp(value - largest);
  for (float& value : logit) value /= sum;
  out.loss = std::log(sum) - of_label;
}

void backward(const Parameters& parameters, const Image& image, Activations& activations,
              Parameters& gradient) {
  std::vector<float> into_hidden(parameters.hidden);
  for (std::size_t k = 0; k < k_classes; ++k) {
    const float error = activations.probability[k] - (k == image.label ? 1.0F : 0.0F);
    const std::size_t row = k * parameters.hidden;
    gradient.output_bias[k] += error;
    add_scaled(&gradient.output_weight[row], activations.hidden.data(), error, parameters.hidden);
    add_scaled(into_hidden.data(), &parameters.output_weight[row], error, parameters.hidden);
  }
  for (std::size_t j = 0; j < parameters.hidden; ++j) {
    const float error = into_hidden[j] * (1.0F - activations.hidden[j] * activations.hidden[j]);
    gradient.hidden_bias[j] += error;
    add_scaled(&gradient.hidden_weight[j * k_pixels], image.pixels.data(), error, k_pixels);
  }
}

Partial sum_block(const Parameters& parameters, std::span<const Image* const> block) {
  Partial sum{Parameters(parameters.hidden)};
  Activations activations;
  for (const Image* image : block) {
    forward(parameters, *image, activations);
    backward(parameters, *image, activations, sum.gradient);
    sum.loss += activations.loss;
  }
  return sum;
}

Partial sum_batch(const Parameters& parameters, std::span<const Image* const> batch,
                  std::size_t threads) {
  threads = std::min(threads, batch.size());
  std::vector<Partial> partials(threads, Partial{Parameters(parameters.hidden)});
  const auto sum_nth = [&](std::size_t n) {
    const std::size_t begin = batch.size() * n / threads;
    const std::size_t end = batch.size() * (n + 1) / threads;
    partials[n] = sum_block(parameters, batch.subspan(begin, end - begin));
  };
  {
    std::vector<std::jthread> workers;  // joined at the end of the scope
    for (std::size_t n = 1; n < threads; ++n) workers.emplace_back(sum_nth, n);
    sum_nth(0);
  }
  for (std::size_t n = 1; n < threads; ++n) {
    partials[0].gradient.blend(1, 1, partials[n].gradient);
    partials[0].loss += partials[n].loss;
  }
  return std::move(partials[0]);
}

}  // namespace

Parameters::Parameters(std::size_t hidden_units)
    : hidden(hidden_units),
      hidden_weight(hidden_units * k_pixels),
      hidden_bias(hidden_units),
      output_weight(k_classes * hidden_units),
      output_bias(k_classes) {}

void Parameters::blend(float keep, float scale, const Parameters& other) {
  const auto blend_one = [&](std::vector<float>& to, const std::vector<float>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = keep * to[i] + scale * from[i];
  };
  blend_one(hidden_weight, other.hidden_weight);
  blend_one(hidden_bias, other.hidden_bias);
  blend_one(output_weight, other.output_weight);
  blend_one(output_bias, other.output_bias);
}

Parameters initial_parameters(std::size_t hidden, Random& random) {
  const auto limit = [](std::size_t inputs) { return 1 / std::sqrt(static_cast<float>(inputs)); };
  Parameters parameters(hidden);
  for (float& weight : parameters.hidden_weight) weight = random.uniform(limit(k_pixels));
  for (float& weight : parameters.output_weight) weight = random.uniform(limit(hidden));
  return parameters;
}

float train_step(Parameters& parameters, std::span<const Image* const> batch, StepSize size,
                 std::size_t threads) {
  const Partial sum = sum_batch(parameters, batch, threads);
  const auto count = static_cast<double>(batch.size());
  const auto keep = static_cast<float>(1 - size.lr * size.decay);
  parameters.blend(keep, static_cast<float>(-size.lr / count), sum.gradient);
  return sum.loss / static_cast<float>(count);
}

Evaluation evaluate(const Parameters& parameters, std::span<const Image> images) {
  std::array<std::size_t, k_classes> seen{};
  std::array<std::size_t, k_classes> recognised{};
  Activations activations;
  float loss = 0;
  for (const Image& image : images) {
    forward(parameters, image, activations);
    const auto& probability = activations.probability;
    const auto likeliest = std::max_element(probability.begin(), probability.end());
    const bool right = probability.begin() + static_cast<std::ptrdiff_t>(image.label) == likeliest;
    ++seen[image.label];
    if (right && std::isfinite(activations.loss)) ++recognised[image.label];
    loss += activations.loss;
  }
  Evaluation evaluation;
  evaluation.loss = loss / static_cast<float>(images.size());
  std::size_t right = 0;
  for (std::size_t k = 0; k < k_classes; ++k) {
    right += recognised[k];
    evaluation.recall[k] = static_cast<double>(recognised[k]) / static_cast<double>(seen[k]);
  }
  evaluation.accuracy = static_cast<double>(right) / static_cast<double>(images.size());
  return evaluation;
}

}  // namespace digits
