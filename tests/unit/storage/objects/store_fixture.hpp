#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "track/storage/file.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

using Bytes = std::vector<std::byte>;

/// Bytes that nothing compresses, the same for the same seed.
inline Bytes noise(std::size_t size, std::uint64_t seed = 1) {
  Bytes bytes(size);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15 + 1;
  for (auto& byte : bytes) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    byte = static_cast<std::byte>(state >> 24U);
  }
  return bytes;
}

inline Bytes text_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::string string_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes,
                       mode_t mode = 0644) {
  track::storage::create_directories(path.parent_path(), 0755);
  track::storage::replace_file(path, string_of(bytes), mode);
}

/// Changes one bit of a file, whatever its mode.
inline void flip_byte(const std::filesystem::path& path, std::uint64_t at) {
  std::filesystem::permissions(path, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(file.get() ^ 0x40);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
  file.flush();
}

/// A store in a directory of its own, that may be opened again and again.
class StoreFixture {
 public:
  StoreFixture() {
    layout.root = directory / "store";
    layout.create();
    options.free_space_floor = 0;
  }

  [[nodiscard]] std::unique_ptr<track::storage::ObjectStore> open() const {
    return track::storage::open_object_store(layout, options);
  }
  [[nodiscard]] std::vector<std::filesystem::path> packs() const {
    std::vector<std::filesystem::path> found;
    track::storage::walk(layout.objects() / "packs", [&](const track::storage::WalkEntry& entry) {
      if (entry.path.extension() == ".pack") found.push_back(entry.path);
      return true;
    });
    return found;
  }
  [[nodiscard]] std::filesystem::path index() const { return layout.objects() / "index.db"; }
  void remove_index() const {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(index().string() + suffix);
    }
  }

  TempDir directory;
  track::storage::StoreLayout layout;
  track::storage::ObjectStoreOptions options;
};

/// Adds and commits one file of bytes.
inline track::storage::ObjectInfo store_bytes(track::storage::ObjectStore& store,
                                              std::span<const std::byte> bytes) {
  const auto writer = store.begin();
  auto info = writer->add_bytes(bytes);
  writer->commit();
  return info;
}

}  // namespace track_test
