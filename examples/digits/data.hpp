#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace digits {

inline constexpr std::size_t k_pixels = 64;
inline constexpr std::size_t k_classes = 10;

/// One handwritten digit: 8x8 pixels, row by row, each in [0, 1].
struct Image {
  std::array<float, k_pixels> pixels{};
  std::size_t label = 0;
};

/// The images, split once and for all: every fifth is for testing, whatever the seed.
struct Data {
  std::vector<Image> train;
  std::vector<Image> test;
};

/// Reads a gzip-compressed CSV of 64 pixel values 0..16 and a label 0..9 a row.
/// Throws std::runtime_error naming the file, and the line if one is malformed.
[[nodiscard]] Data load_data(const std::filesystem::path& path);

}  // namespace digits
