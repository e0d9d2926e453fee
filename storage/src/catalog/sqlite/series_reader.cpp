#include "catalog/sqlite/series_reader.hpp"

#include <algorithm>
#include <iterator>

#include "catalog/sqlite/statement.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

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

struct Chunk {
  std::uint64_t count;
  std::span<const std::byte> data;
  std::string_view order;
  std::int64_t attempt;
  std::int64_t rank;
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

void check_chunk(std::int64_t chunk, std::uint32_t crc, std::span<const std::byte> data) {
  if (schemas::crc32c(data) == crc) return;
  throw Error(ErrorCode::corrupt, "cannot read points of chunk " + std::to_string(chunk) +
                                      ": its checksum does not match");
}

/// `take(row)` gets each chunk in the order of all: its count, checked bytes, the order of its
/// segment, and whose it is.
template <typename Take>
void SeriesReader::for_each_chunk(std::int64_t series, const StepRange& range, Take take) {
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
  while (rows.step()) {
    const auto data = rows.blob(3);
    check_chunk(rows.integer(0), static_cast<std::uint32_t>(rows.integer(2)), data);
    const auto order = rows.blob(4);
    take(Chunk{.count = static_cast<std::uint64_t>(rows.integer(1)),
               .data = data,
               .order = {reinterpret_cast<const char*>(order.data()), order.size()},
               .attempt = rows.integer(5),
               .rank = rows.integer(6)});
  }
}

/// At most; what a row says that is damaged counts as no more than a chunk can hold.
std::size_t SeriesReader::count_points(std::int64_t series, const StepRange& range) {
  if (!count_points_) {
    count_points_.emplace(db_,
                          "SELECT coalesce(sum(min(max(count, 0), ?)), 0) FROM chunk_rows"
                          " WHERE series = ? AND last_step >= ? AND first_step <= ?");
  }
  auto& rows = *count_points_;
  const ResetLater reset(rows);
  rows.bind(std::uint64_t{k_chunk_points}, series, range.from, range.to);
  return rows.step() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

std::vector<SegmentPoints> SeriesReader::segments(std::int64_t series, const StepRange& range) {
  std::vector<SegmentPoints> segments;
  for_each_chunk(series, range, [&](const Chunk& chunk) {
    if (segments.empty() || segments.back().order != chunk.order)
      segments.push_back({std::string(chunk.order), {chunk.attempt, chunk.rank, {}, {}, {}}});
    auto& points = segments.back().points;
    decoder_.decode(chunk.data, chunk.count, points.steps, points.times_ms, points.values);
  });
  return segments;
}

OrderedPoints SeriesReader::read_in_place(std::int64_t series, const StepRange& range,
                                          PointView view, std::vector<PointSource>* origins) {
  OrderedPoints points;
  std::vector<PointSource> sources;
  std::string order;
  const auto count = count_points(series, range);
  points.steps.reserve(count);
  points.times_ms.reserve(count);
  points.values.reserve(count);
  points.sources.reserve(count);
  for_each_chunk(series, range, [&](const Chunk& chunk) {
    if (sources.empty() || order != chunk.order) {
      sources.push_back({chunk.attempt, chunk.rank, {}, {}, {}});
      order = chunk.order;
    }
    decoder_.decode(chunk.data, chunk.count, points.steps, points.times_ms, points.values);
    points.sources.resize(points.steps.size(), static_cast<std::uint32_t>(sources.size() - 1));
  });
  view == PointView::every ? order_every(points) : order_latest(points);
  keep_range(points, range);
  if (origins != nullptr) *origins = std::move(sources);
  return points;
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
                                 std::vector<SegmentPoints> tail, std::span<const Rewind> rewinds,
                                 const StepRange& range, PointView view,
                                 std::vector<PointSource>* origins) {
  const bool goes_back = view == PointView::latest && storage::rewinds(metric);
  const auto first_steps = goes_back ? starts(series, tail) : AttemptStarts{};
  if (!goes_back) rewinds = {};
  // Mostly there is one attempt, all of it in chunks.
  if (tail.empty() && rewinds.empty() && first_steps.size() < 2)
    return read_in_place(series, range, view, origins);
  auto all = segments(series, range);
  std::move(tail.begin(), tail.end(), std::back_inserter(all));
  // A segment's tail stays behind its chunks.
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<PointSource> sources;
  sources.reserve(all.size());
  for (auto& [order, points] : all) {
    points.superseded_from =
        superseded_from(order, points.attempt, points.rank, first_steps, rewinds);
    sources.push_back(std::move(points));
  }
  auto points = view == PointView::every ? every_point(sources) : default_view(sources);
  keep_range(points, range);
  if (origins != nullptr) *origins = std::move(sources);
  return points;
}

}  // namespace track::storage
