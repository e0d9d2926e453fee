#pragma once

#include <filesystem>
#include <memory>

#include "track/storage/objects/object_store.hpp"

namespace track::storage {

/// Digests files and trees without storing them, by the stat cache where that is safe.
///
/// The cache (device, inode, size, mtime ns, ctime ns → digest) lives in objects/index.db and is
/// expendable: where it cannot be opened, everything is read. Files younger than 2 s are not
/// cached.
///
/// Thread safety: one thread at a time.
class Hasher final {
 public:
  explicit Hasher(const StoreLayout& layout);
  /// Without a cache.
  Hasher();
  Hasher(Hasher&&) noexcept;
  ~Hasher();

  /// `rehash` reads even what the cache knows. Throws Error as ObjectWriter::add_file does.
  [[nodiscard]] ObjectInfo file(const std::filesystem::path& path, bool sha256 = false,
                                bool rehash = false);
  [[nodiscard]] ObjectInfo tree(const std::filesystem::path& path, const AddOptions& options = {},
                                bool rehash = false);
  /// What is there: a tree for a directory, else a file (links followed at the top only).
  [[nodiscard]] ObjectInfo path(const std::filesystem::path& path, bool sha256 = false,
                                bool rehash = false);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
