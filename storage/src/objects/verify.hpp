#pragma once

#include "objects/packed_store.hpp"

namespace track::storage {

/// Compares packs, index and manifests, and with `data` reads every byte. A pack in which
/// something is broken is then rewritten without it and moved to quarantine, so that storing the
/// same bytes again heals what needs them.
[[nodiscard]] VerifyReport verify_store(PackedStore& store, const VerifyOptions& options);

}  // namespace track::storage
