#include <cstdint>
#include <cstdio>
#include <exception>
#include <random>

#include "fuzz_target.hpp"

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t k_seed = 20240917;
constexpr int k_mutants_of_each = 500;

/// One to four of: flip a bit, set a byte to an extreme, cut the end, repeat a part.
Bytes mutate(Bytes input, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (std::size_t round = below(4) + 1; round > 0 && !input.empty(); --round) {
    const std::size_t at = below(input.size());
    switch (below(4)) {
      case 0:
        input[at] ^= std::byte{1} << below(8);
        break;
      case 1:
        input[at] = below(2) == 0 ? std::byte{0xff} : std::byte{0x80};
        break;
      case 2:
        input.resize(at);
        break;
      default: {
        const Bytes part(input.begin() + static_cast<std::ptrdiff_t>(at), input.end());
        input.insert(input.end(), part.begin(), part.end());
        break;
      }
    }
  }
  return input;
}

}  // namespace

int main() {
  const auto samples = track_test::fuzz_samples();
  if (samples.empty()) {
    std::fputs("no samples\n", stderr);
    return 1;
  }
  std::mt19937_64 random(k_seed);
  for (std::size_t sample = 0; sample < samples.size(); ++sample) {
    for (int mutant = 0; mutant <= k_mutants_of_each; ++mutant) {
      const Bytes input = mutant == 0 ? samples[sample] : mutate(samples[sample], random);
      try {
        if (!track_test::fuzz_one(input) && mutant == 0) {
          std::fprintf(stderr, "sample %zu is not understood\n", sample);
          return 1;
        }
      } catch (const std::exception& error) {
        std::fprintf(stderr, "sample %zu, mutant %d, seed %llu: %s\n", sample, mutant,
                     static_cast<unsigned long long>(k_seed), error.what());
        return 1;
      }
    }
  }
  std::printf("%zu samples, %d mutants of each\n", samples.size(), k_mutants_of_each);
  return 0;
}
