#pragma once

#include <cstdint>
#include <vector>

#include "objects/packed_store.hpp"
#include "track/storage/file.hpp"

namespace track::storage {

/// The lock of those that take packs away; throws Error{busy} where another holds it.
[[nodiscard]] Fd lock_packs(const StoreLayout& layout);

enum class Leftover : std::uint8_t { unlink, quarantine };

/// Moves the records `keep` of a pack into a new one and drops the rows of `drop`, then takes the
/// pack's file away. Returns the size of the new pack. Hold the lock of the packs.
///
/// A crash leaves the old pack with all its rows, or the new one with all that were kept.
std::uint64_t rewrite_pack(PackedStore& store, const PackRow& pack,
                           const std::vector<RecordRow>& keep, const std::vector<RecordRow>& drop,
                           Leftover leftover);

/// Takes away the files of packs whose rows are gone already.
void remove_gone_packs(PackedStore& store, Leftover leftover);

}  // namespace track::storage
