#pragma once

#include <cstdint>
#include <string_view>

#include "track/schemas/query.hpp"

namespace track::storage {

/// Tells `progress` how far it is; throws Error{inconclusive} where that asks to stop.
void report(const Progress& progress, std::string_view what, std::uint64_t done,
            std::uint64_t total);

}  // namespace track::storage
