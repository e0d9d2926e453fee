#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/points/default_view.hpp"
#include "catalog/sqlite/sqlite_api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"

namespace track::storage {

/// The transaction being read in is older than an ingest that has since taken journals away:
/// begin again with a new one.
class StaleSnapshot : public std::runtime_error {
 public:
  StaleSnapshot();
};

/// Points of one segment, with the key that segments are ordered by.
struct SegmentPoints {
  std::string order;
  PointSource points;
};

/// What journals hold beyond the catalog's cursors, by series.
using Tails = std::map<SeriesKey, std::vector<SegmentPoints>>;

/// Reads a run's journals from where the cursors of the present transaction stand.
///
/// Throws StaleSnapshot where a segment was consumed and unlinked since that transaction began.
/// A segment that cannot be read is left out: ingest reports it.
[[nodiscard]] Tails read_tails(sqlite3* db, const std::filesystem::path& journals,
                               const RunId& run);

}  // namespace track::storage
