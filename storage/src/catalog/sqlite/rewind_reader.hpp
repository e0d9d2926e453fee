#pragma once

#include <vector>

#include "catalog/points/default_view.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "catalog/sqlite/sqlite_api.hpp"
#include "catalog/sqlite/tail_reader.hpp"

namespace track::storage {

/// Where a run went back, by the catalog and by `tails` of its journals.
[[nodiscard]] std::vector<Rewind> read_rewinds(sqlite3* db, const RunId& run, const Tails& tails,
                                               SeriesReader& reader);

}  // namespace track::storage
