#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "capture/capture.hpp"
#include "capture/code/listing.hpp"
#include "capture/code/work_tree.hpp"

namespace track::detail {

/// A work tree as objects.
struct Snapshot {
  Digest tree;
  std::vector<ListedPath> paths;  ///< sorted by path
  std::uint64_t files = 0;
  std::uint64_t skipped = 0;
  bool complete = true;
  bool torn = false;
};

/// Stores the files of `tree`, and its directories' manifests. A file that cannot be stored is
/// listed as skipped; throws Error only where the store takes nothing.
[[nodiscard]] Snapshot take_snapshot(const std::filesystem::path& root, const WorkTree& tree,
                                     const CaptureContext& context, storage::ObjectWriter& objects);

}  // namespace track::detail
