#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "objects/file_manifest.hpp"
#include "objects/index.hpp"
#include "objects/pack_folder.hpp"
#include "objects/tree_record.hpp"

namespace track::storage {

/// No tree is nested deeper: restoring one keeps each directory on the way open.
inline constexpr unsigned k_deepest_tree = 256;

/// Reads what the index knows, verified: Error{corrupt} names pack and digest.
///
/// Thread safety: one thread at a time.
class ObjectReader final {
 public:
  ObjectReader(Index& index, PackFolder& folder) noexcept : index_(index), folder_(folder) {}

  /// Follows a record that gc moved to another pack meanwhile.
  const Record& read(const RecordRow& row);
  [[nodiscard]] FileManifest file(const RecordRow& row);
  [[nodiscard]] TreeRecord tree(const RecordRow& row);
  /// The bytes of a file in order, and its digest at the end.
  void stream(const RecordRow& row, const std::function<void(std::span<const std::byte>)>& sink);

  /// Takes the condemnation from an object and from all that it needs; inside a transaction.
  ///
  /// Holds up what gc and every writer rely on: an object that is not condemned needs nothing
  /// that is. False where something is missing.
  bool revive(RecordKind kind, const Digest& id, unsigned depth = 0);

 private:
  Index& index_;
  PackFolder& folder_;
  Record record_;
};

}  // namespace track::storage
