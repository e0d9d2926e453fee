#include "catalog/sqlite/series_reader.hpp"

#include <algorithm>
#include <iterator>

#include "catalog/sqlite/statement.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

[[noreturn]] void throw_corrupt(std::int64_t chunk, const std::string& cause) {
  throw Error(ErrorCode::corrupt,
              "cannot read points of chunk " + std::to_string(chunk) + ": " + cause);
}

/// Ends a statement's reading with its scope, so that it holds no transaction open.
class ResetLater final {
 public:
  explicit ResetLater(Statement& statement) noexcept : statement_(statement) {}
  ResetLater(const ResetLater&) = delete;
  ResetLater& operator=(const ResetLater&) = delete;
  ~ResetLater() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// Ordered by step, so that a range is one stretch.
void keep_range(OrderedPoints& points, const StepRange& range) {
  const auto begin = std::lower_bound(points.steps.begin(), points.steps.end(), range.from);
  const auto end = std::upper_bound(begin, points.steps.end(), range.to);
  const auto keep = [from = begin - points.steps.begin(),
                     to = end - points.steps.begin()](auto& column) {
    column.erase(column.begin() + to, column.end());
    column.erase(column.begin(), column.begin() + from);
  };
  keep(points.times_ms);
  keep(points.values);
  keep(points.sources);
  keep(points.steps);
}

}  // namespace

std::vector<SegmentPoints> SeriesReader::chunks(std::int64_t series, const StepRange& range) {
  if (!select_chunks_) {
    select_chunks_.emplace(db_,
                           "SELECT c.id, c.count, c.crc, c.data, g.at_order, g.attempt, g.rank"
                           "  FROM chunk_rows c JOIN segment_rows g ON g.id = c.segment"
                           " WHERE c.series = ? AND c.last_step >= ? AND c.first_step <= ?"
                           " ORDER BY g.at_order, g.id, c.number");
  }
  auto& rows = *select_chunks_;
  const ResetLater reset(rows);
  rows.bind(series, range.from, range.to);
  std::vector<SegmentPoints> segments;
  while (rows.step()) {
    const auto data = rows.blob(3);
    if (schemas::crc32c(data) != static_cast<std::uint32_t>(rows.integer(2))) {
      throw_corrupt(rows.integer(0), "its checksum does not match");
    }
    const auto order = rows.blob(4);
    const std::string_view key(reinterpret_cast<const char*>(order.data()), order.size());
    if (segments.empty() || segments.back().order != key) {
      segments.push_back({std::string(key), {rows.integer(5), rows.integer(6), {}, {}, {}}});
    }
    auto& points = segments.back().points;
    decoder_.decode(data, static_cast<std::uint64_t>(rows.integer(1)), points.steps,
                    points.times_ms, points.values);
  }
  return segments;
}

AttemptStarts SeriesReader::starts(std::int64_t series, const std::vector<SegmentPoints>& tail) {
  AttemptStarts starts;
  const auto note = [&](std::int64_t attempt, std::int64_t step) {
    const auto [entry, added] = starts.emplace(attempt, step);
    if (!added) entry->second = std::min(entry->second, step);
  };
  if (!select_starts_) {
    select_starts_.emplace(db_,
                           "SELECT g.attempt, min(c.first_step)"
                           "  FROM chunk_rows c JOIN segment_rows g ON g.id = c.segment"
                           " WHERE c.series = ? GROUP BY g.attempt");
  }
  auto& rows = *select_starts_;
  const ResetLater reset(rows);
  rows.bind(series);
  while (rows.step()) note(rows.integer(0), rows.integer(1));
  for (const auto& segment : tail) {
    for (const auto step : segment.points.steps) note(segment.points.attempt, step);
  }
  return starts;
}

OrderedPoints SeriesReader::read(std::int64_t series, std::string_view metric,
                                 std::vector<SegmentPoints> tail, const StepRange& range,
                                 PointView view, std::vector<PointSource>* origins) {
  const bool rewind = view == PointView::latest && rewinds(metric);
  const auto first_steps = rewind ? starts(series, tail) : AttemptStarts{};
  auto segments = chunks(series, range);
  std::move(tail.begin(), tail.end(), std::back_inserter(segments));
  // A segment's tail stays behind its chunks.
  std::stable_sort(segments.begin(), segments.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<PointSource> sources;
  sources.reserve(segments.size());
  for (auto& segment : segments) sources.push_back(std::move(segment.points));
  auto points =
      view == PointView::every ? every_point(sources) : default_view(sources, first_steps, rewind);
  keep_range(points, range);
  if (origins != nullptr) *origins = std::move(sources);
  return points;
}

}  // namespace track::storage
