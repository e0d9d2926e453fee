#include "catalog/sqlite/rewind_reader.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"
#include "catalog/sqlite/tail_reader.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr int k_snapshots = 5;

std::int64_t find_series(const Connection& connection, const RunId& run, const SeriesKey& key) {
  const auto find =
      connection.prepare("SELECT id FROM series_rows WHERE run = ? AND name = ? AND labels = ?");
  find->bind(run.value, key.name, labels_to_json(key.labels));
  return find->step() ? find->integer(0) : 0;
}

/// One that is there again, by a later attempt, is not.
bool is_gone(const Connection& connection, const RunId& run) {
  const auto find = connection.prepare(
      "SELECT 1 FROM purged_rows WHERE run = ?1"
      "   AND NOT EXISTS (SELECT 1 FROM run_rows WHERE id = ?1)");
  find->bind(run.value);
  return find->step();
}

SeriesPoints read_once(const Connection& connection, const RunId& run, const SeriesKey& key,
                       const StepRange& range, PointView view) {
  const auto seen = see_segments(connection.journals(), run);
  const Snapshot snapshot(connection);
  if (is_gone(connection, run)) return {};
  auto tails = read_tails(connection.handle(), connection.journals(), run, seen);
  SeriesReader reader(connection.handle());
  const auto rewinds = read_rewinds(connection.handle(), run, tails, reader);
  auto points = reader.read(find_series(connection, run, key), key.name,
                            std::move(tails.series[key]), rewinds, range, view);
  return {std::move(points.steps), std::move(points.times_ms), std::move(points.values)};
}

SeriesPoints read_points(const Connection& connection, const RunId& run, const SeriesKey& key,
                         const StepRange& range, PointView view) {
  for (int i = 1;; ++i) {
    try {
      return read_once(connection, run, key, range, view);
    } catch (const StaleSnapshot& stale) {
      if (i == k_snapshots) {
        throw Error(ErrorCode::busy,
                    "cannot read points of run '" + run.value + "': " + stale.what());
      }
    }
  }
}

}  // namespace

SeriesPoints SqliteCatalog::points(const RunId& run, const SeriesKey& series,
                                   StepRange range) const {
  return read_points(connection_, run, series, range, PointView::latest);
}

SeriesPoints SqliteCatalog::points_all(const RunId& run, const SeriesKey& series) const {
  return read_points(connection_, run, series, {}, PointView::every);
}

}  // namespace track::storage
