#pragma once

#include <unordered_set>
#include <utility>
#include <vector>

#include "objects/packed_store.hpp"

namespace track::storage {

/// Those of `objects` that are among `damaged`, or need any of it directly or further below.
[[nodiscard]] std::vector<Digest> objects_needing(PackedStore& store,
                                                  const std::vector<RecordRow>& objects,
                                                  const std::unordered_set<Digest>& damaged);

/// Objects that name what is not in the index, each with the first such digest. Those in `damaged`
/// are passed over: they were found already.
[[nodiscard]] std::vector<std::pair<Digest, Digest>> incomplete_objects(
    PackedStore& store, const std::vector<RecordRow>& objects,
    const std::unordered_set<Digest>& damaged);

}  // namespace track::storage
