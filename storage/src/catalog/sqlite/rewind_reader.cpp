#include "catalog/sqlite/rewind_reader.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "catalog/sqlite/statement.hpp"

namespace track::storage {
namespace {

std::vector<SegmentPoints> axis_points(sqlite3* db, const RunId& run, std::string_view metric,
                                       const Tails& tails, SeriesReader& reader) {
  std::vector<SegmentPoints> segments;
  std::vector<std::int64_t> series;
  Statement rows(db, "SELECT id FROM series_rows WHERE run = ? AND name = ?");
  rows.bind(run.value, metric);
  while (rows.step()) series.push_back(rows.integer(0));
  for (const auto id : series) {
    auto some = reader.segments(id);
    std::move(some.begin(), some.end(), std::back_inserter(segments));
  }
  for (const auto& [key, tail] : tails.series) {
    if (key.name == metric) segments.insert(segments.end(), tail.begin(), tail.end());
  }
  return segments;
}

}  // namespace

std::vector<SaidRewind> RewindReader::said_in_catalog(const RunId& run) {
  if (!select_said_) {
    select_said_.emplace(db_,
                         "SELECT at_order, rank, attempt, axis, step, value FROM rewind_rows"
                         " WHERE run = ? ORDER BY at_order, id");
  }
  auto& rows = *select_said_;
  rows.bind(run.value);
  std::vector<SaidRewind> said;
  while (rows.step()) {
    const auto order = rows.blob(0);
    said.push_back({{reinterpret_cast<const char*>(order.data()), order.size()},
                    rows.integer(1),
                    rows.integer(2),
                    rows.text(3),
                    rows.integer(4),
                    // SQLite keeps no NaN; nothing reaches one.
                    rows.is_null(5) ? std::nan("") : rows.real(5)});
  }
  rows.reset();
  return said;
}

std::vector<Rewind> RewindReader::read(const RunId& run, const Tails& tails, SeriesReader& reader) {
  auto said = said_in_catalog(run);
  said.insert(said.end(), tails.rewinds.begin(), tails.rewinds.end());
  if (said.empty()) return {};
  std::stable_sort(said.begin(), said.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  return resolve_rewinds(
      said, [&](std::string_view metric) { return axis_points(db_, run, metric, tails, reader); });
}

}  // namespace track::storage
