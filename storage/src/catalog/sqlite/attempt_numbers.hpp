#pragma once

#include <cstdint>
#include <set>

#include "catalog/sqlite/sqlite_api.hpp"
#include "track/schemas/ids.hpp"

namespace track::storage {

/// Numbers the attempts of a run from 1 in the order of their stamps, the catalog's and those of
/// journals that it does not know yet.
class AttemptNumbers final {
 public:
  AttemptNumbers(sqlite3* db, const RunId& run);

  void note(std::int64_t stamp) { stamps_.insert(stamp); }
  [[nodiscard]] std::int64_t number_of(std::int64_t stamp) const noexcept;

 private:
  std::set<std::int64_t> stamps_;
};

}  // namespace track::storage
