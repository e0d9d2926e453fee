#pragma once

#include "track/storage/catalog/catalog.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/storage/store_layout.hpp"

namespace track::detail {

/// Digests that journals name beyond what the catalog has consumed.
/// A journal that cannot be read throws: gc must not guess.
[[nodiscard]] storage::DigestSet journal_references(const storage::StoreLayout& layout,
                                                    const storage::Catalog& catalog);

}  // namespace track::detail
