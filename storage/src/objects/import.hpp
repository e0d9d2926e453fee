#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objects/lease.hpp"
#include "track/schemas/ids.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// What import_packs() did.
struct PackImport {
  std::vector<Uuid> packs;            ///< that lie in both places now, durably
  std::uint64_t copied = 0;           ///< of these, those that were not there before
  std::vector<std::string> problems;  ///< of packs that are damaged, and were left, a sentence each
};

/// Copies packs from where objects were kept for a store, and enters them: each is checked by its
/// digest, durable under its own name before the next is begun, and left in `from`.
///
/// Packs must need no others than those that lie there. One that is there already, whole or with
/// records that gc has swept since, is whole again afterwards. `lease`, one of `to`, is held until
/// what names the objects is durable. Throws Error{busy, io, no_space, permission}: some may be
/// copied by then, and doing it again is harmless.
[[nodiscard]] PackImport import_packs(const StoreLayout& from, const StoreLayout& to,
                                      const Lease& lease);

}  // namespace track::storage
