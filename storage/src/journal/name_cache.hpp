#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace track::storage::journal {

/// The series of one writer by their names, as one thread has logged them: open addressing with
/// linear probing, and the name itself decides, never its hash. One thread's own: no lock.
class NameCache final {
 public:
  static constexpr std::uint32_t k_unknown = UINT32_MAX;

  [[nodiscard]] std::uint32_t find(std::string_view name) const noexcept {
    if (entries_.empty()) return k_unknown;
    const auto hash = std::hash<std::string_view>{}(name);
    for (auto at = hash & mask_; entries_[at].name.data() != nullptr; at = (at + 1) & mask_) {
      const auto& entry = entries_[at];
      if (entry.hash == hash && entry.name == name) return entry.series;
    }
    return k_unknown;
  }

  /// `name` outlives this. Beyond some thousands a name is not kept: who has as many uses handles.
  /// Throws std::bad_alloc.
  void insert(std::string_view name, std::uint32_t series);

 private:
  struct Entry {
    std::size_t hash = 0;
    std::string_view name;  // without data where the place is free
    std::uint32_t series = 0;
  };

  void put(const Entry& entry) noexcept;

  std::vector<Entry> entries_;  // a power of two, at most half of them taken
  std::size_t mask_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace track::storage::journal
