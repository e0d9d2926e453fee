#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "objects/compression.hpp"

namespace track::storage::journal {

/// Which column each of some points belongs to, in the order of the raw segment.
[[nodiscard]] std::vector<std::byte> encode_interleave(std::span<const std::uint32_t> columns,
                                                       Compressor& compressor);

/// False unless the bytes hold exactly `columns.size()` columns, each below `count`.
[[nodiscard]] bool decode_interleave(std::span<const std::byte> bytes, std::uint64_t count,
                                     std::span<std::uint32_t> columns);

}  // namespace track::storage::journal
