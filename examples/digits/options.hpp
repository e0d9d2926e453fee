#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace digits {

/// What the command line may change.
struct Options {
  std::filesystem::path data = "data/digits.csv.gz";
  std::filesystem::path out = "model.safetensors";
  double lr = 0.2;
  double decay = 1e-4;
  std::size_t hidden = 32;
  std::size_t batch = 16;
  std::size_t epochs = 20;
  std::size_t threads = 1;  ///< OMP_NUM_THREADS, where --threads is not given
  std::uint64_t seed = 42;
  bool help = false;
};

/// Throws std::invalid_argument naming the flag that is unknown or has no usable value.
[[nodiscard]] Options parse_options(int argc, char** argv);

/// One line a flag.
[[nodiscard]] const char* usage() noexcept;

}  // namespace digits
