#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "catalog/points/chunk_codec.hpp"
#include "fuzz_target.hpp"
#include "track/schemas/error.hpp"

namespace track_test {
namespace {

using Bytes = std::vector<std::byte>;

/// As the input holds it: the count that the chunk's row states, in two bytes, then the chunk.
Bytes with_count(std::size_t count, const Bytes& chunk) {
  Bytes bytes{static_cast<std::byte>(count & 0xff), static_cast<std::byte>(count >> 8)};
  bytes.insert(bytes.end(), chunk.begin(), chunk.end());
  return bytes;
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  track::storage::ChunkEncoder encoder;
  std::vector<Bytes> samples;
  for (const std::size_t count : {1UL, 2UL, 300UL}) {
    std::vector<std::int64_t> steps;
    std::vector<std::int64_t> times;
    std::vector<double> floats;
    std::vector<double> doubles;
    for (std::size_t i = 0; i < count; ++i) {
      steps.push_back(static_cast<std::int64_t>(i * i));
      times.push_back(1'700'000'000'000 + static_cast<std::int64_t>(i) * 17);
      floats.push_back(static_cast<double>(1.0F / static_cast<float>(i + 1)));
      doubles.push_back(i % 7 == 3 ? std::numeric_limits<double>::quiet_NaN()
                                   : std::sqrt(static_cast<double>(i)));
    }
    samples.push_back(with_count(count, encoder.encode(steps, times, floats)));
    samples.push_back(with_count(count, encoder.encode(steps, steps, doubles)));
  }
  return samples;
}

bool fuzz_one(std::span<const std::byte> input) {
  if (input.size() < 2) {
    return false;
  }
  const auto count =
      std::to_integer<std::uint64_t>(input[0]) + (std::to_integer<std::uint64_t>(input[1]) << 8);
  static track::storage::ChunkDecoder decoder;
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times;
  std::vector<double> values;
  bool understood = true;
  try {
    decoder.decode(input.subspan(2), count, steps, times, values);
  } catch (const track::Error&) {
    understood = false;
  }
  const std::uint64_t expected = understood ? count : 0;
  if (steps.size() != expected || times.size() != expected || values.size() != expected) {
    std::abort();
  }
  return understood;
}

}  // namespace track_test
