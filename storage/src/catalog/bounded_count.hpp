#pragma once

#include <algorithm>
#include <cstdint>

namespace track::storage {

/// A count out of a journal, which may say anything: bounded so that no sum of them overflows.
[[nodiscard]] constexpr std::uint64_t bounded_count(std::uint64_t count) noexcept {
  return std::min(count, std::uint64_t{1} << 40U);
}

}  // namespace track::storage
