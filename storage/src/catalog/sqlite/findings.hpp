#pragma once

#include <cstdint>

#include "catalog/sqlite/connection.hpp"
#include "track/schemas/field.hpp"

// What capture found, kept once however many runs found it.

namespace track::storage {

struct FindingKey {
  std::int64_t id = 0;
  std::int64_t slot = 0;
};

/// Finds the field, or inserts it, within a transaction of the caller.
[[nodiscard]] FindingKey keep_finding(const Connection& connection, const CapturedField& field);

/// Removes what no run has found, within a transaction of the caller. Reads every field of the
/// catalog.
void forget_unused_findings(const Connection& connection);

}  // namespace track::storage
