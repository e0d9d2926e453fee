#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// A parsed regular expression.
struct PatternNode {
  enum class Kind : std::uint8_t {
    empty,
    byte_set,
    sequence,
    choice,
    repeat,
    group,
    line_start,
    line_end,
    word_edge,
    no_word_edge
  };
  Kind kind = Kind::empty;
  std::bitset<256> set;               ///< byte_set
  std::vector<PatternNode> children;  ///< sequence, choice; repeat and group: one
  std::uint32_t min = 0;              ///< repeat
  std::uint32_t max = 0;              ///< repeat; k_unbounded: no limit
  bool greedy = true;
  std::string name;  ///< group

  static constexpr std::uint32_t k_unbounded = UINT32_MAX;
};

/// Throws Error{usage} naming the column.
[[nodiscard]] PatternNode parse_pattern(std::string_view expression);

}  // namespace track::detail
