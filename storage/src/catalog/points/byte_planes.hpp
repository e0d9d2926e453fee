#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace track::storage {

/// The lowest byte of every word, then the next of every word, and so on: bytes that are alike
/// come to stand together.
template <typename Word>
[[nodiscard]] std::vector<std::byte> split_planes(std::span<const Word> words) {
  std::vector<std::byte> planes(words.size() * sizeof(Word));
  for (std::size_t plane = 0; plane < sizeof(Word); ++plane) {
    auto* out = planes.data() + plane * words.size();
    for (std::size_t i = 0; i < words.size(); ++i) {
      out[i] = static_cast<std::byte>((words[i] >> (8 * plane)) & 0xFFU);
    }
  }
  return planes;
}

/// `planes` holds words.size() * sizeof(Word) bytes.
template <typename Word>
void join_planes(std::span<const std::byte> planes, std::span<Word> words) noexcept {
  for (auto& word : words) word = 0;
  for (std::size_t plane = 0; plane < sizeof(Word); ++plane) {
    const auto* in = planes.data() + plane * words.size();
    for (std::size_t i = 0; i < words.size(); ++i) {
      words[i] |= static_cast<Word>(static_cast<Word>(in[i]) << (8 * plane));
    }
  }
}

}  // namespace track::storage
