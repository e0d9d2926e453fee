#include "catalog/points/float32_parts.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace track::storage {
namespace {

constexpr unsigned k_mantissa = 23;
constexpr std::uint32_t k_mantissa_mask = (1U << k_mantissa) - 1;

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

/// Bits of the mantissa that some word needs, counted from its highest.
unsigned needed_bits(std::span<const std::uint32_t> words) noexcept {
  std::uint32_t all = 0;
  for (const auto word : words) all |= word;
  all &= k_mantissa_mask;
  return all == 0 ? 0 : k_mantissa - static_cast<unsigned>(std::countr_zero(all));
}

std::vector<std::byte> pack(std::span<const std::uint32_t> words, unsigned bits) {
  std::vector<std::byte> packed(bytes_of_bits(words.size() * bits));
  const auto drop = k_mantissa - bits;
  std::uint64_t held = 0;
  unsigned count = 0;
  std::size_t at = 0;
  for (const auto word : words) {
    held |= std::uint64_t{(word & k_mantissa_mask) >> drop} << count;
    count += bits;
    if (count < 32) continue;
    const auto full = static_cast<std::uint32_t>(held);
    std::memcpy(packed.data() + at, &full, sizeof full);
    at += sizeof full;
    held >>= 32U;
    count -= 32;
  }
  if (count > 0) std::memcpy(packed.data() + at, &held, bytes_of_bits(count));
  return packed;
}

}  // namespace

Float32Parts take_apart(std::span<const std::uint32_t> words) {
  Float32Parts parts;
  parts.exponents.resize(words.size());
  parts.sign_bits.resize(bytes_of_bits(words.size()));
  std::size_t negative = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    parts.exponents[i] = static_cast<std::byte>(words[i] >> k_mantissa & 0xFFU);
    const auto sign = words[i] >> 31U;
    negative += sign;
    parts.sign_bits[i / 8] |= static_cast<std::byte>(sign << (i % 8));
  }
  if (negative == 0 || negative == words.size()) {
    parts.signs = negative == 0 ? Float32Parts::Signs::positive : Float32Parts::Signs::negative;
    parts.sign_bits.clear();
  } else {
    parts.signs = Float32Parts::Signs::mixed;
  }
  parts.mantissa_bits = needed_bits(words);
  parts.mantissas = pack(words, parts.mantissa_bits);
  return parts;
}

void put_together(std::span<const std::byte> exponents, Float32Parts::Signs signs,
                  std::span<const std::byte> sign_bits, unsigned mantissa_bits,
                  std::span<const std::byte> mantissas, std::span<std::uint32_t> words) {
  // A mantissa is read with what lies behind it: so there must be something behind the last.
  std::vector<std::byte> padded(mantissas.size() + sizeof(std::uint32_t));
  std::copy(mantissas.begin(), mantissas.end(), padded.begin());
  const auto drop = k_mantissa - mantissa_bits;
  const auto mask = (1U << mantissa_bits) - 1;
  const auto sign = signs == Float32Parts::Signs::negative ? 1U << 31U : 0U;
  std::size_t bit = 0;
  for (std::size_t i = 0; i < words.size(); ++i, bit += mantissa_bits) {
    std::uint32_t around = 0;
    std::memcpy(&around, padded.data() + bit / 8, sizeof around);
    words[i] = sign | static_cast<std::uint32_t>(exponents[i]) << k_mantissa |
               (around >> (bit % 8) & mask) << drop;
  }
  if (signs != Float32Parts::Signs::mixed) return;
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] |= (static_cast<std::uint32_t>(sign_bits[i / 8]) >> (i % 8) & 1U) << 31U;
}

}  // namespace track::storage
