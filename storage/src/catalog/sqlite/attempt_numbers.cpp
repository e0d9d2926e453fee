#include "catalog/sqlite/attempt_numbers.hpp"

#include <iterator>

#include "catalog/sqlite/statement.hpp"

namespace track::storage {

AttemptNumbers::AttemptNumbers(sqlite3* db, const RunId& run) {
  Statement rows(db, "SELECT stamp FROM attempt_rows WHERE run = ?");
  rows.bind(run.value);
  while (rows.step()) stamps_.insert(rows.integer(0));
}

std::int64_t AttemptNumbers::number_of(std::int64_t stamp) const noexcept {
  return std::distance(stamps_.begin(), stamps_.lower_bound(stamp)) + 1;
}

}  // namespace track::storage
