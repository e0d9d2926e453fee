#pragma once

#include <functional>

#include "objects/packed_store.hpp"

namespace track::storage {

/// Condemns what no root reaches, and sweeps what was condemned before and is still not reached.
[[nodiscard]] GcReport collect_garbage(PackedStore& store, const std::function<DigestSet()>& roots,
                                       const GcOptions& options);

}  // namespace track::storage
