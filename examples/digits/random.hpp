#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace digits {

/// The streams that a training run draws from; each is its own sequence.
enum class Stream : std::uint64_t { init = 1, order = 2 };

/// SplitMix64. Written out, because the distributions and the shuffle of the
/// standard library give other numbers with another standard library.
class Random {
 public:
  Random(std::uint64_t seed, Stream stream) noexcept : state_(seed) {
    state_ = next() ^ static_cast<std::uint64_t>(stream);
  }

  /// Uniform over all 64-bit values.
  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  /// Uniform in [-limit, limit), on a grid of 2^24 values.
  float uniform(float limit) noexcept {
    const auto unit = static_cast<float>(next() >> 40U) * 0x1p-24F;
    return (2.0F * unit - 1.0F) * limit;
  }

  /// Uniform in [0, bound); bound must not be 0.
  std::uint64_t below(std::uint64_t bound) noexcept {
    // Values under the remainder would make the small results likelier.
    const std::uint64_t remainder = (0 - bound) % bound;
    std::uint64_t value = next();
    while (value < remainder) value = next();
    return value % bound;
  }

 private:
  std::uint64_t state_;
};

/// Fisher-Yates.
template <typename Value>
void shuffle(std::vector<Value>& values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[static_cast<std::size_t>(random.below(i))]);
  }
}

}  // namespace digits
