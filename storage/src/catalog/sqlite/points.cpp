#include "catalog/sqlite/chunk_scan.hpp"
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

/// What is known of a series at one moment, journals included.
struct SeriesMoment {
  std::int64_t id = 0;
  std::vector<SegmentPoints> tail;
  std::vector<Rewind> rewinds;
};

/// Calls `use` with it, in a transaction; nothing where the run is gone.
template <typename Use>
void at_one_moment(const Connection& connection, const RunId& run, const SeriesKey& key, Use use) {
  const auto seen = see_segments(connection.journals(), run);
  const Snapshot snapshot(connection);
  if (is_gone(connection, run)) return;
  auto tails = read_tails(connection.handle(), connection.journals(), run, seen);
  SeriesReader reader(connection.handle());
  auto rewinds = RewindReader(connection.handle()).read(run, tails, reader);
  use({find_series(connection, run, key), std::move(tails.series[key]), std::move(rewinds)});
}

/// The same, again where the moment was overtaken.
template <typename Use>
void at_some_moment(const Connection& connection, const RunId& run, const SeriesKey& key, Use use) {
  for (int i = 1;; ++i) {
    try {
      return at_one_moment(connection, run, key, use);
    } catch (const StaleSnapshot& stale) {
      if (i == k_snapshots) {
        throw Error(ErrorCode::busy,
                    "cannot read points of run '" + run.value + "': " + stale.what());
      }
    }
  }
}

SeriesPoints read_points(const Connection& connection, const RunId& run, const SeriesKey& key,
                         const StepRange& range, PointView view) {
  SeriesPoints result;
  at_some_moment(connection, run, key, [&](SeriesMoment moment) {
    auto points =
        SeriesReader(connection.handle())
            .read(moment.id, key.name, std::move(moment.tail), moment.rewinds, range, view);
    result = {std::move(points.steps), std::move(points.times_ms), std::move(points.values)};
  });
  return result;
}

}  // namespace

SeriesPoints SqliteCatalog::points(const RunId& run, const SeriesKey& series,
                                   StepRange range) const {
  return read_points(connection_, run, series, range, PointView::latest);
}

SeriesPoints SqliteCatalog::points_all(const RunId& run, const SeriesKey& series) const {
  return read_points(connection_, run, series, {}, PointView::every);
}

void SqliteCatalog::scan_points(const RunId& run, const SeriesKey& series, const StepRange& range,
                                PointSink& sink) const {
  at_some_moment(connection_, run, series, [&](SeriesMoment moment) {
    if (moment.tail.empty() && moment.rewinds.empty()) {
      ChunkScan scan(connection_, moment.id);
      if (scan.is_in_order()) return scan.give(range, sink);
    }
    const auto points = SeriesReader(connection_.handle())
                            .read(moment.id, series.name, std::move(moment.tail), moment.rewinds,
                                  range, PointView::latest);
    if (points.steps.empty()) return;
    sink.begin(points.steps.front(), points.steps.back());
    sink.points(points.steps, points.values);
  });
}

}  // namespace track::storage
