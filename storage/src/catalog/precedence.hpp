#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "track/schemas/value.hpp"

namespace track::storage {

/// By whom and when something was said: of two that disagree on what may be said once, the one
/// of the lower rank holds, then the earlier.
struct Precedence {
  std::int64_t rank = 0;
  std::string order;  ///< order_key() of the segment

  friend bool operator<(const Precedence& a, const Precedence& b) noexcept {
    return std::tie(a.rank, a.order) < std::tie(b.rank, b.order);
  }
};

/// What becomes of something that was said before.
enum class Verdict : std::uint8_t {
  keep,              ///< nothing changes
  replace,           ///< the same, by one who comes first
  conflict_keep,     ///< another value, passed over
  conflict_replace,  ///< another value, by one who comes first
};

[[nodiscard]] inline Verdict weigh(bool equal, const Precedence& held,
                                   const Precedence& said) noexcept {
  if (equal) return said < held ? Verdict::replace : Verdict::keep;
  return said < held ? Verdict::conflict_replace : Verdict::conflict_keep;
}

/// How a conflict reads: which value holds, which does not.
[[nodiscard]] inline std::string conflict_detail(const std::string& kept, std::int64_t kept_rank,
                                                 const std::string& passed,
                                                 std::int64_t passed_rank) {
  return "kept " + kept + " of rank " + std::to_string(kept_rank) + ", passed over " + passed +
         " of rank " + std::to_string(passed_rank);
}

}  // namespace track::storage
