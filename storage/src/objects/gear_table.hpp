#pragma once

#include <array>
#include <cstdint>

namespace track::storage {

/// The random numbers of the rolling hash, one for each byte value.
///
/// They are the first 256 outputs of SplitMix64 (Steele, Lea and Flood, 2014) from the seed
/// below. They are part of the store's format: other numbers would cut the same bytes elsewhere,
/// and nothing that is stored already would be recognised.
constexpr std::array<std::uint64_t, 256> make_gear_table() noexcept {
  std::array<std::uint64_t, 256> table{};
  std::uint64_t state = 0x747261636B2D6364;  // "track-cd"
  for (auto& number : table) {
    state += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EB;
    number = mixed ^ (mixed >> 31U);
  }
  return table;
}

inline constexpr std::array<std::uint64_t, 256> k_gear_table = make_gear_table();

}  // namespace track::storage
