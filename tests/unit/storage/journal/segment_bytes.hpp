#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "journal/format.hpp"

namespace track_test {

/// A segment file's bytes, to be damaged and written back.
struct SegmentBytes {
  std::vector<char> bytes;

  explicit SegmentBytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  void write_to(const std::filesystem::path& path) const {
    // In place: ext4 flushes a file that is cut to nothing and written again.
    std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  template <typename T>
  [[nodiscard]] T get(std::size_t at) const {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }
  template <typename T>
  void put(std::size_t at, const T& value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
  [[nodiscard]] track::storage::journal::FixedHeader header() const {
    return get<track::storage::journal::FixedHeader>(0);
  }
  /// With its crc made anew.
  void put_header(track::storage::journal::FixedHeader header) {
    header.crc = header_crc(header);
    put(0, header);
  }
};

}  // namespace track_test
