#include "objects/chunker.hpp"

#include <algorithm>
#include <bit>

#include "objects/gear_table.hpp"

namespace track::storage {
namespace {

constexpr std::uint64_t upper_bits(unsigned count) noexcept { return ~0ULL << (64U - count); }

/// The first cut in [from, to) whose hash is zero under `mask`; else `to`. `hash` goes on.
std::size_t find_cut(const std::byte* data, std::size_t from, std::size_t to, std::uint64_t mask,
                     std::uint64_t& hash) noexcept {
  std::uint64_t rolled = hash;
  std::size_t at = from;
  for (; at < to; ++at) {
    rolled = (rolled << 1U) + k_gear_table[std::to_integer<std::size_t>(data[at])];
    if ((rolled & mask) == 0) {
      ++at;
      break;
    }
  }
  hash = rolled;
  return at;
}

}  // namespace

Chunker::Chunker(ChunkerKind kind) noexcept {
  const std::size_t scale = kind == ChunkerKind::fast_cdc_big ? 4 : 1;
  shortest_ = scale * (16UL << 10);
  usual_ = scale * (64UL << 10);
  longest_ = scale * (256UL << 10);
  const auto bits = static_cast<unsigned>(std::countr_zero(usual_));
  mask_before_ = upper_bits(bits + 2);
  mask_after_ = upper_bits(bits - 2);
}

ChunkerKind Chunker::kind_for(std::uint64_t file_size) noexcept {
  if (file_size <= k_whole_file_limit) return ChunkerKind::whole;
  return file_size < k_big_file ? ChunkerKind::fast_cdc : ChunkerKind::fast_cdc_big;
}

std::size_t Chunker::cut(std::span<const std::byte> data) const noexcept {
  if (data.size() <= shortest_) return data.size();
  const auto end = std::min(data.size(), longest_);
  const auto usual = std::min(end, usual_);
  std::uint64_t hash = 0;
  const auto before = find_cut(data.data(), shortest_, usual, mask_before_, hash);
  // Reaching `usual` is a cut only if its own hash says so.
  if (before < usual || (hash & mask_before_) == 0) return before;
  return find_cut(data.data(), usual, end, mask_after_, hash);
}

}  // namespace track::storage
