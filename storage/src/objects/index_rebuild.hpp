#pragma once

#include "objects/index.hpp"
#include "objects/pack_folder.hpp"
#include "track/schemas/query.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// Makes the index anew from the packs, in place and in one transaction, once no writer is at
/// work; throws Error{busy} where one stays. Only a file that SQLite cannot use at all is
/// replaced. `current` is closed first.
[[nodiscard]] Index rebuild_index(const StoreLayout& layout, Index current, PackFolder& folder,
                                  const Progress& progress);

}  // namespace track::storage
