#pragma once

#include <optional>
#include <vector>

#include "catalog/points/default_view.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "catalog/sqlite/sqlite_api.hpp"
#include "catalog/sqlite/statement.hpp"
#include "catalog/sqlite/tail_reader.hpp"

namespace track::storage {

/// Reads where runs went back, by the catalog and by tails of their journals. For one run after the
/// other, which mostly did not, at the cost of one look-up.
class RewindReader final {
 public:
  explicit RewindReader(sqlite3* db) noexcept : db_(db) {}

  [[nodiscard]] std::vector<Rewind> read(const RunId& run, const Tails& tails,
                                         SeriesReader& reader);

 private:
  [[nodiscard]] std::vector<SaidRewind> said_in_catalog(const RunId& run);

  sqlite3* db_;
  std::optional<Statement> select_said_;
};

}  // namespace track::storage
