#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace track::storage {

/// float32 values taken apart: signs and exponents, of which a chunk has few, and mantissas, of
/// which only the upper bits are kept that some value needs.
struct Float32Parts {
  enum class Signs : std::uint8_t { positive = 0, negative = 1, mixed = 2 };

  std::vector<std::byte> exponents;  ///< one a value
  Signs signs = Signs::positive;
  std::vector<std::byte> sign_bits;  ///< of mixed signs: a bit a value, the first the lowest
  unsigned mantissa_bits = 0;        ///< 0 to 23
  std::vector<std::byte> mantissas;  ///< so many bits a value, from the lowest bit on
};

[[nodiscard]] Float32Parts take_apart(std::span<const std::uint32_t> words);

/// Bytes that so many bits take.
[[nodiscard]] constexpr std::size_t bytes_of_bits(std::size_t bits) noexcept {
  return (bits + 7) / 8;
}

/// Puts parts together again. The spans hold what Float32Parts says for words.size() values.
void put_together(std::span<const std::byte> exponents, Float32Parts::Signs signs,
                  std::span<const std::byte> sign_bits, unsigned mantissa_bits,
                  std::span<const std::byte> mantissas, std::span<std::uint32_t> words);

}  // namespace track::storage
