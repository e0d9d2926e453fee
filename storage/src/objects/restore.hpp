#pragma once

#include <filesystem>

#include "track/storage/objects/object_store.hpp"

namespace track::storage {

// How any ObjectStore restores, on its read() and read_tree().

void restore_file(const ObjectStore& store, const Digest& file, const std::filesystem::path& path,
                  mode_t mode, bool overwrite);
void restore_tree(const ObjectStore& store, const Digest& tree,
                  const std::filesystem::path& directory);

}  // namespace track::storage
