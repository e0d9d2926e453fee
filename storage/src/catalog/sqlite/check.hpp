#pragma once

#include <string>
#include <vector>

#include "catalog/sqlite/connection.hpp"

namespace track::storage {

/// Pages, foreign keys, every chunk, every summary, the audit chain; a sentence a finding.
[[nodiscard]] std::vector<std::string> check_catalog(const Connection& connection);

}  // namespace track::storage
