#pragma once

#include <unordered_set>
#include <vector>

#include "objects/index.hpp"
#include "objects/object_reader.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::storage {

/// What can be reached from some digests. Throws Error{corrupt} where a manifest on the way cannot
/// be read: what it names would be taken for garbage.
class Reachable final {
 public:
  Reachable(Index& index, ObjectReader& reader) noexcept : index_(index), reader_(reader) {}

  /// Digests of nothing that is stored are passed over.
  void add(const DigestSet& roots);
  void add(const Digest& root);
  [[nodiscard]] bool contains(const RecordRow& row) const;

 private:
  Index& index_;
  ObjectReader& reader_;
  DigestSet objects_;
  DigestSet chunks_;
  std::vector<Digest> pending_;
};

}  // namespace track::storage
