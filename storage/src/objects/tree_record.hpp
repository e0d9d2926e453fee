#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "track/storage/objects/tree.hpp"

namespace track::storage {

/// A tree as a pack keeps it: what is below it in all, then its canonical manifest.
struct TreeRecord {
  std::uint64_t size = 0;   ///< bytes of all files below, told by who stored it
  std::uint64_t files = 0;  ///< files and links below
  TreeManifest manifest;
};

[[nodiscard]] std::vector<std::byte> encode_tree_record(const TreeRecord& record);
/// For untrusted bytes; throws Error{corrupt}.
[[nodiscard]] TreeRecord decode_tree_record(std::span<const std::byte> bytes);

}  // namespace track::storage
