#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace track::storage::journal {

/// Finds the column that collects the points of a series, by the series' index in its segment.
class ColumnIndex final {
 public:
  static constexpr std::uint32_t k_unknown = UINT32_MAX;

  [[nodiscard]] std::uint32_t find(std::uint32_t series) const noexcept {
    if (series < dense_.size()) return dense_[series];
    const auto found = series >= k_dense ? sparse_.find(series) : sparse_.end();
    return found == sparse_.end() ? k_unknown : found->second;
  }
  void set(std::uint32_t series, std::uint32_t column) {
    if (series >= k_dense) {
      sparse_[series] = column;
      return;
    }
    if (series >= dense_.size()) dense_.resize(std::max<std::size_t>(series + 1, 64), k_unknown);
    dense_[series] = column;
  }

 private:
  static constexpr std::uint32_t k_dense = 1U << 16U;

  std::vector<std::uint32_t> dense_;                         // for small indices
  std::unordered_map<std::uint32_t, std::uint32_t> sparse_;  // for those that would cost memory
};

}  // namespace track::storage::journal
