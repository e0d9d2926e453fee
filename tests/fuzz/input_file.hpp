#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "track_test/temp_dir.hpp"

namespace track_test {

/// Puts an input where a reader that takes a path can open it: one file, written anew for each.
inline std::filesystem::path write_input(std::span<const std::byte> bytes,
                                         const std::string& name) {
  static const TempDir directory;
  std::ofstream file(directory / name, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  if (!file.flush()) {
    throw std::runtime_error("cannot write the input");
  }
  return directory / name;
}

inline std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace track_test
