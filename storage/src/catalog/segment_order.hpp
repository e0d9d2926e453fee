#pragma once

#include <string>

#include "track/schemas/journal_batch.hpp"

namespace track::storage {

/// 40 bytes that memcmp orders as the segments are ordered: attempt, rank, process start, pid,
/// sequence, each big-endian with the sign bit of signed ones turned over.
[[nodiscard]] std::string order_key(const schemas::SegmentOrder& order);

}  // namespace track::storage
