#pragma once

#include <cstdint>
#include <vector>

#include "objects/index.hpp"
#include "objects/pack_folder.hpp"
#include "track/schemas/query.hpp"

namespace track::storage {

/// What adopt_packs() does with a pack that the index knows.
enum class Known : std::uint8_t {
  skipped,
  again  ///< what of it is not in the index, or condemned, is entered and revived
};

/// Enters packs into the index from what they say of themselves: those that were staged without
/// it, and all of them when it is made anew.
///
/// A file or tree is entered only if all that it names is there, so that nobody takes an
/// incomplete one for stored. A pack whose footer is missing or broken is scanned. One that
/// cannot be read at all is left out.
///
/// To be called inside a transaction. Returns how many packs were entered.
std::size_t adopt_packs(Index& index, PackFolder& folder, const std::vector<Uuid>& packs,
                        const Progress& progress = {}, Known known = Known::skipped);

}  // namespace track::storage
