#pragma once

#include <filesystem>
#include <functional>

#include "objects/source_file.hpp"
#include "track/storage/file.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::storage {

/// What a scan does with what it meets; each answers what it made of it.
struct TreeVisitor {
  std::function<ObjectInfo(const WalkEntry&)> file;
  std::function<ObjectInfo(const TreeManifest&, std::uint64_t size, std::uint64_t files)> directory;
};

/// Makes the manifests of a directory from the leaves up. Links stay links; what is neither file,
/// link nor directory is passed over, and so are the store itself and what vanishes meanwhile.
[[nodiscard]] ObjectInfo scan_tree(const std::filesystem::path& root, const AddOptions& options,
                                   const StoreIdentity& store, const TreeVisitor& visitor);

}  // namespace track::storage
