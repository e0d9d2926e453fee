#pragma once

#include <cstdint>

#include "catalog/sqlite/connection.hpp"
#include "track/schemas/ids.hpp"

namespace track::storage {

/// Whether content of the attempt was erased for good.
[[nodiscard]] bool is_purged(const Connection& connection, const RunId& run, std::int64_t stamp);

/// The number of an attempt that is known; 0: it is not.
[[nodiscard]] std::int64_t find_attempt(const Connection& connection, const RunId& run,
                                        std::int64_t stamp);
/// Numbers a new attempt, within a transaction of the caller, and makes the run where it is its
/// first; later ones that arrived before it move up. A run that was removed is back with a new
/// attempt beyond all before: somebody works on it again.
std::int64_t insert_attempt(const Connection& connection, const RunId& run, std::int64_t stamp);

}  // namespace track::storage
