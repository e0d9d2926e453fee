#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "track/schemas/ids.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/storage/store_layout.hpp"

namespace track::detail {

/// Bytes that the catalog has consumed of a segment, where it knows it.
using CursorOf = std::function<std::optional<std::uint64_t>(const Uuid& segment)>;

/// Digests that journals name beyond what the catalog has consumed. A segment that goes away
/// meanwhile was ingested: what it named, the catalog names from then on.
/// A journal that cannot be read throws: gc must not guess.
[[nodiscard]] storage::DigestSet journal_references(const storage::StoreLayout& layout,
                                                    const CursorOf& cursor_of);

}  // namespace track::detail
