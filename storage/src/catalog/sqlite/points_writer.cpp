#include "catalog/sqlite/points_writer.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "catalog/metric_definitions.hpp"
#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/rewind_reader.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

bool grows(std::span<const std::int64_t> steps) {
  return std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) == steps.end();
}

/// The chunk that the journal holds of just these points, if any.
const schemas::PointChunk* chunk_at(const schemas::PointColumns& columns, std::size_t from,
                                    std::size_t count) {
  const auto place = from / k_chunk_points;
  const bool there = place < columns.chunks.size() && columns.chunks[place].count == count;
  return there ? &columns.chunks[place] : nullptr;
}

std::optional<double> value_of(const std::optional<StepValue>& point) {
  return point ? std::optional(point->value) : std::nullopt;
}

std::optional<std::int64_t> bits_of(const std::optional<StepValue>& point) {
  return point ? bits_beside(point->value) : std::nullopt;
}

std::optional<std::int64_t> step_of(const std::optional<StepValue>& point) {
  return point ? std::optional(point->step) : std::nullopt;
}

SeriesSummary read_summary(const Statement& row, int column) {
  SeriesSummary summary;
  summary.count = static_cast<std::uint64_t>(row.integer(column));
  summary.first = {row.integer(column + 1),
                   restore_real(row.real(column + 2), row.find_integer(column + 3))};
  summary.first_time = row.integer(column + 4);
  summary.last = {row.integer(column + 5),
                  restore_real(row.real(column + 6), row.find_integer(column + 7))};
  summary.last_time = row.integer(column + 8);
  if (!row.is_null(column + 10))
    summary.min = StepValue{row.integer(column + 9), row.real(column + 10)};
  if (!row.is_null(column + 12))
    summary.max = StepValue{row.integer(column + 11), row.real(column + 12)};
  summary.total = row.real(column + 13);
  summary.n_nan = static_cast<std::uint64_t>(row.integer(column + 14));
  summary.n_inf = static_cast<std::uint64_t>(row.integer(column + 15));
  return summary;
}

}  // namespace

/// The last chunk of a series in a segment, taken up again if there is room in it.
struct PointsWriter::Tail {
  std::int64_t number = 0;
  schemas::PointColumns points;
};

void PointsWriter::append(const RunId& run, const SegmentPlace& place,
                          const schemas::PointColumns& columns) {
  if (columns.steps.empty()) return;
  auto& series = find_or_insert(run, columns.series);
  write_chunks(series.id, place.segment, columns);
  // Nothing repeats and nothing is superseded where every step lies beyond all that were.
  const auto& steps = columns.steps;
  const bool follows = place.attempt >= series.attempt && !is_before_rewind(run, place.order) &&
                       grows(steps) &&
                       (series.summary.count == 0 || steps.front() > series.summary.last.step);
  series.attempt = std::max(series.attempt, place.attempt);
  if (!follows) series.stale = true;
  if (series.stale) return;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    series.summary.add(steps[i], columns.times_ms[i], columns.values[i]);
  }
}

PointsWriter::Series& PointsWriter::find_or_insert(const RunId& run, const SeriesKey& key) {
  const auto labels = labels_to_json(key.labels);
  const auto [entry, added] = touched_.try_emplace({run, key.name, labels});
  auto& series = entry->second;
  if (!added) return series;
  const auto find = connection_.prepare(
      "SELECT id, attempt, count, first_step, first, first_bits, first_time, last_step, last,"
      "       last_bits, last_time, min_step, min, max_step, max, total, n_nan, n_inf"
      "  FROM series_rows WHERE run = ? AND name = ? AND labels = ?");
  find->bind(run.value, key.name, labels);
  if (find->step()) {
    series.id = find->integer(0);
    series.attempt = find->integer(1);
    series.summary = read_summary(*find, 2);
  } else {
    series.id = insert(run, key.name, labels);
  }
  return series;
}

std::int64_t PointsWriter::insert(const RunId& run, const std::string& name,
                                  const std::string& labels) {
  MetricRecord declared;
  if (const auto* definition = definition_of(name, definitions(run)))
    declare(declared, *definition);
  const auto insert = connection_.prepare(
      "INSERT INTO series_rows (run, name, labels, goal, unit, axis, summary, deterministic)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(run.value, name, labels, to_string(declared.goal), declared.unit, declared.axis,
               to_string(declared.summary), declared.deterministic);
  insert->run();
  return sqlite3_last_insert_rowid(connection_.handle());
}

const PointsWriter::Definitions& PointsWriter::definitions(const RunId& run) {
  const auto [entry, added] = definitions_.try_emplace(run);
  if (!added) return entry->second;
  const auto rows = connection_.prepare(
      "SELECT pattern, goal, unit, axis, summary, deterministic FROM definition_rows WHERE run = "
      "?");
  rows->bind(run.value);
  while (rows->step()) {
    entry->second.push_back({rows->text(0), parse_goal(rows->view(1)).value_or(Goal::none),
                             rows->text(2), rows->text(3),
                             parse_statistic(rows->view(4)).value_or(Statistic::automatic),
                             rows->boolean(5)});
  }
  return entry->second;
}

/// Of one that has none it compares as before all.
const std::string& PointsWriter::last_rewind(const RunId& run) {
  const auto [entry, added] = last_rewinds_.try_emplace(run);
  if (!added) return entry->second;
  const auto last = connection_.prepare("SELECT max(at_order) FROM rewind_rows WHERE run = ?");
  last->bind(run.value);
  if (last->step() && !last->is_null(0)) entry->second = read_bytes(*last, 0);
  return entry->second;
}

void PointsWriter::sum_up_again(const RunId& run) {
  last_rewinds_.erase(run);
  std::vector<SeriesKey> all;
  {
    const auto rows = connection_.prepare("SELECT name, labels FROM series_rows WHERE run = ?");
    rows->bind(run.value);
    while (rows->step()) all.push_back({rows->text(0), labels_from_json(rows->text(1))});
  }
  for (const auto& key : all) find_or_insert(run, key).stale = true;
}

void PointsWriter::redeclare(const RunId& run) {
  definitions_.erase(run);
  const auto& known = definitions(run);
  std::vector<std::pair<std::int64_t, std::string>> all;
  {
    const auto rows = connection_.prepare("SELECT id, name FROM series_rows WHERE run = ?");
    rows->bind(run.value);
    while (rows->step()) all.emplace_back(rows->integer(0), rows->text(1));
  }
  const auto update = connection_.prepare(
      "UPDATE series_rows SET goal = ?, unit = ?, axis = ?, summary = ?, deterministic = ? WHERE "
      "id = ?");
  for (const auto& [id, name] : all) {
    const auto* definition = definition_of(name, known);
    if (definition == nullptr) continue;
    update->bind(to_string(definition->goal), definition->unit, definition->axis,
                 to_string(definition->summary), definition->deterministic, id);
    update->run();
  }
}

PointsWriter::Tail PointsWriter::take_tail(std::int64_t series, std::int64_t segment) {
  const auto last = connection_.prepare(
      "SELECT number, count, crc, data FROM chunk_rows WHERE series = ? AND segment = ?"
      " ORDER BY number DESC LIMIT 1");
  last->bind(series, segment);
  Tail tail;
  if (!last->step()) return tail;
  const auto count = static_cast<std::uint64_t>(last->integer(1));
  tail.number = last->integer(0) + 1;
  if (count >= k_chunk_points) return tail;
  try {
    const auto data = last->blob(3);
    if (schemas::crc32c(data) != static_cast<std::uint32_t>(last->integer(2))) {
      throw Error(ErrorCode::corrupt, "its checksum does not match");
    }
    decoder_.decode(data, count, tail.points.steps, tail.points.times_ms, tail.points.values);
    --tail.number;
  } catch (const Error& error) {
    // A new chunk takes what is new; the broken one stays as it is for `verify`.
    problems_.push_back("cannot continue a chunk of series " + std::to_string(series) + ": " +
                        error.what());
  }
  return tail;
}

void PointsWriter::write_chunks(std::int64_t series, std::int64_t segment,
                                const schemas::PointColumns& columns) {
  auto [number, points] = take_tail(series, segment);
  const schemas::PointColumns* all = &columns;
  if (!points.steps.empty()) {
    points.steps.insert(points.steps.end(), columns.steps.begin(), columns.steps.end());
    points.times_ms.insert(points.times_ms.end(), columns.times_ms.begin(), columns.times_ms.end());
    points.values.insert(points.values.end(), columns.values.begin(), columns.values.end());
    all = &points;
  }
  for (std::size_t from = 0; from < all->steps.size(); from += k_chunk_points) {
    const auto count = std::min(k_chunk_points, all->steps.size() - from);
    const auto steps = std::span(all->steps).subspan(from, count);
    const auto times_ms = std::span(all->times_ms).subspan(from, count);
    const auto values = std::span(all->values).subspan(from, count);
    if (const auto* ready = chunk_at(*all, from, count)) {
      write_chunk(series, segment, number++, steps, times_ms, values, ready->data);
    } else {
      write_chunk(series, segment, number++, steps, times_ms, values,
                  encoder_.encode(steps, times_ms, values));
    }
  }
}

void PointsWriter::write_chunk(std::int64_t series, std::int64_t segment, std::int64_t number,
                               std::span<const std::int64_t> steps,
                               std::span<const std::int64_t> times_ms,
                               std::span<const double> values, std::span<const std::byte> data) {
  const auto summary = summarize(steps, times_ms, values);
  const auto [first_step, last_step] = std::minmax_element(steps.begin(), steps.end());
  const auto [first_time, last_time] = std::minmax_element(times_ms.begin(), times_ms.end());
  const auto insert = connection_.prepare(
      "INSERT INTO chunk_rows (series, segment, number, count, first_step, last_step, first_time,"
      "   last_time, n_nan, n_inf, first, last, min, max, total, ordered, crc, data)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (series, segment, number) DO UPDATE SET count = excluded.count,"
      "   first_step = excluded.first_step, last_step = excluded.last_step,"
      "   first_time = excluded.first_time, last_time = excluded.last_time, n_nan = excluded.n_nan,"
      "   n_inf = excluded.n_inf, first = excluded.first, last = excluded.last, min = excluded.min,"
      "   max = excluded.max, total = excluded.total, ordered = excluded.ordered, crc = "
      "excluded.crc,"
      "   data = excluded.data");
  insert->bind(series, segment, number, summary.count, *first_step, *last_step, *first_time,
               *last_time, summary.n_nan, summary.n_inf, values.front(), values.back(),
               value_of(summary.min), value_of(summary.max), summary.total, grows(steps),
               std::int64_t{schemas::crc32c(data)}, Blob{data});
  insert->run();
}

/// From chunks, all with one reader: there may be many series.
void PointsWriter::sum_up_stale() {
  SeriesReader reader(connection_.handle());
  RewindReader rewind_reader(connection_.handle());
  std::optional<RunId> read;
  std::vector<Rewind> rewinds;  // of that run
  for (auto& [key, series] : touched_) {
    const auto& [run, metric, labels] = key;
    if (!series.stale) continue;
    try {
      if (read != run) rewinds = rewind_reader.read(run, {}, reader);
      read = run;
      const auto points = reader.read(series.id, metric, {}, rewinds, {}, PointView::latest);
      series.summary = summarize(points.steps, points.times_ms, points.values);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt) throw;
      problems_.push_back("cannot sum up a series of '" + metric + "': " + error.what());
    }
  }
}

void PointsWriter::save(const Series& series) {
  const auto& summary = series.summary;
  const auto update = connection_.prepare(
      "UPDATE series_rows SET attempt = ?, count = ?, first_step = ?, first = ?, first_bits = ?,"
      "   first_time = ?, last_step = ?, last = ?, last_bits = ?, last_time = ?, min_step = ?,"
      "   min = ?, max_step = ?, max = ?, total = ?, n_nan = ?, n_inf = ? WHERE id = ?");
  // A rewind may have taken all of them.
  const auto first = summary.count > 0 ? std::optional(summary.first) : std::nullopt;
  const auto last = summary.count > 0 ? std::optional(summary.last) : std::nullopt;
  update->bind(series.attempt, summary.count, step_of(first), value_of(first), bits_of(first),
               summary.first_time, step_of(last), value_of(last), bits_of(last), summary.last_time,
               step_of(summary.min), value_of(summary.min), step_of(summary.max),
               value_of(summary.max), summary.total, summary.n_nan, summary.n_inf, series.id);
  update->run();
}

void PointsWriter::finish() {
  sum_up_stale();
  for (const auto& [key, series] : touched_) {
    if (series.summary.count > 0 || series.stale) save(series);
  }
  touched_.clear();
  definitions_.clear();
  last_rewinds_.clear();
}

}  // namespace track::storage
