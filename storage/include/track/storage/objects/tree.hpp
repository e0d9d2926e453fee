#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "track/schemas/digest.hpp"

namespace track::storage {

enum class EntryType : std::uint8_t { file, executable, symlink, directory };

/// One name in a directory.
struct TreeEntry {
  std::string name;  ///< one path component, bytes as the file system has them
  EntryType type = EntryType::file;
  Digest digest;       ///< of the file's bytes, or of the sub-directory's manifest
  std::string target;  ///< of a symlink
};

/// One directory. A tree is the digest of its top directory (a Merkle tree).
struct TreeManifest {
  std::vector<TreeEntry> entries;  ///< sorted bytewise by name
};

/// The canonical bytes (docs/formats.md); throws Error{usage} on a name that is empty, ".", "..",
/// or holds '/' or NUL, and on a name that stands twice.
[[nodiscard]] std::vector<std::byte> encode_tree(const TreeManifest& manifest);
/// The reverse, for untrusted bytes; throws Error{corrupt}.
[[nodiscard]] TreeManifest decode_tree(std::span<const std::byte> bytes);
/// BLAKE3 in derive-key mode over the canonical bytes, so that no file can have a tree's digest.
[[nodiscard]] Digest tree_digest(const TreeManifest& manifest);

}  // namespace track::storage
