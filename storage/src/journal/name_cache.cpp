#include "journal/name_cache.hpp"

#include <utility>

namespace track::storage::journal {
namespace {

constexpr std::size_t k_fewest_places = 64;
constexpr std::size_t k_most_names = 4096;

}  // namespace

void NameCache::insert(std::string_view name, std::uint32_t series) {
  if (name.data() == nullptr || taken_ == k_most_names || find(name) != k_unknown) return;
  if ((taken_ + 1) * 2 > entries_.size()) {
    std::vector<Entry> grown(entries_.empty() ? k_fewest_places : entries_.size() * 2);
    std::swap(entries_, grown);
    mask_ = entries_.size() - 1;
    for (const auto& entry : grown) {
      if (entry.name.data() != nullptr) put(entry);
    }
  }
  put({std::hash<std::string_view>{}(name), name, series});
  ++taken_;
}

void NameCache::put(const Entry& entry) noexcept {
  auto at = entry.hash & mask_;
  while (entries_[at].name.data() != nullptr) at = (at + 1) & mask_;
  entries_[at] = entry;
}

}  // namespace track::storage::journal
