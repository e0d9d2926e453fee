#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/points/rewinds.hpp"
#include "catalog/sqlite/sqlite_api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/records.hpp"

namespace track::storage {

/// The transaction being read in is older than an ingest that has since taken journals away:
/// begin again with a new one.
class StaleSnapshot : public std::runtime_error {
 public:
  StaleSnapshot();
};

/// What journals hold beyond the catalog's cursors.
struct Tails {
  std::map<SeriesKey, std::vector<SegmentPoints>> series;
  std::vector<SaidRewind> rewinds;
};

/// The segments of a run that lie in its journal just now.
using SeenSegments = std::set<Uuid>;
[[nodiscard]] SeenSegments see_segments(const std::filesystem::path& journals, const RunId& run);

/// Whether journals hold something of the run, forked children apart, that the catalog does not; or
/// may: what cannot be read is unread, and so is all beside which there are no journals, as with a
/// copy of a catalog.
[[nodiscard]] bool has_unread(sqlite3* db, const std::filesystem::path& journals, const RunId& run,
                              std::span<const MemberRecord> members);

/// Reads a run's journals from where the cursors of the present transaction stand.
///
/// `seen` is what lay there before that transaction began: each of them must be there still, or be
/// complete in the catalog. Throws StaleSnapshot where one was consumed and unlinked since.
/// A segment that cannot be read is left out: ingest reports it.
[[nodiscard]] Tails read_tails(sqlite3* db, const std::filesystem::path& journals, const RunId& run,
                               const SeenSegments& seen);

}  // namespace track::storage
