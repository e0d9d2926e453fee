#include "catalog/points/delta_runs.hpp"

#include "catalog/points/varint.hpp"

namespace track::storage {
namespace {

std::uint64_t zigzag(std::uint64_t value) noexcept {
  return (value << 1U) ^ (value >> 63U ? ~std::uint64_t{0} : std::uint64_t{0});
}

std::uint64_t unzigzag(std::uint64_t value) noexcept {
  return (value >> 1U) ^ (value & 1U ? ~std::uint64_t{0} : std::uint64_t{0});
}

}  // namespace

std::vector<std::byte> encode_delta_runs(std::span<const std::uint64_t> values) {
  std::vector<std::byte> out;
  std::uint64_t previous = 0;
  std::uint64_t delta = 0;
  std::uint64_t run_value = 0;
  std::uint64_t run = 0;
  for (const auto value : values) {
    const auto second = value - previous - delta;
    delta = value - previous;
    previous = value;
    if (run > 0 && second == run_value) {
      ++run;
      continue;
    }
    if (run > 0) {
      append_varint(out, zigzag(run_value));
      append_varint(out, run - 1);
    }
    run_value = second;
    run = 1;
  }
  if (run > 0) {
    append_varint(out, zigzag(run_value));
    append_varint(out, run - 1);
  }
  return out;
}

std::size_t max_delta_runs(std::size_t count) noexcept { return count * (k_longest_varint + 1); }

bool decode_delta_runs(std::span<const std::byte> bytes, std::span<std::uint64_t> values) noexcept {
  std::uint64_t value = 0;
  std::uint64_t delta = 0;
  std::size_t done = 0;
  while (!bytes.empty()) {
    const auto second = take_varint(bytes);
    const auto more = second ? take_varint(bytes) : std::nullopt;
    if (!more || *more >= values.size() - done) return false;
    for (std::uint64_t i = 0; i <= *more; ++i) {
      delta += unzigzag(*second);
      value += delta;
      values[done++] = value;
    }
  }
  return done == values.size();
}

}  // namespace track::storage
