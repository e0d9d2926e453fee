#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "catalog/points/chunk_codec.hpp"
#include "catalog/points/series_summary.hpp"
#include "catalog/sqlite/connection.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/journal_entry.hpp"

namespace track::storage {

/// Where points stand.
struct SegmentPlace {
  std::int64_t segment = 0;  ///< its row
  std::int64_t attempt = 1;  ///< the number
  std::string order;         ///< order_key()
};

/// Writes points as chunks and keeps the summaries of their series, within a transaction of the
/// caller. finish() comes before its commit.
class PointsWriter final {
 public:
  explicit PointsWriter(const Connection& connection) : connection_(connection) {}

  void append(const RunId& run, const SegmentPlace& place, const schemas::PointColumns& columns);
  /// Makes the present definitions hold for every series of the run.
  void redeclare(const RunId& run);
  /// Whether the run said, behind the segment at `order`, that it went back.
  [[nodiscard]] bool is_before_rewind(const RunId& run, std::string_view order) {
    return order < last_rewind(run);
  }
  /// The run said that it went back, which may take something away from every series of it.
  void sum_up_again(const RunId& run);
  /// Writes the summaries.
  void finish();

  /// Chunks that could not be read and so not be continued or summed up, a sentence each.
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  using Definitions = std::vector<schemas::MetricDefinitionEntry>;
  using Key = std::tuple<RunId, std::string, std::string>;  // name and labels as in the row

  struct Series {
    std::int64_t id = 0;
    std::int64_t attempt = 0;
    SeriesSummary summary;
    bool stale = false;  ///< must be summed up anew from its chunks
  };
  struct Tail;

  Series& find_or_insert(const RunId& run, const SeriesKey& series);
  std::int64_t insert(const RunId& run, const std::string& name, const std::string& labels);
  const Definitions& definitions(const RunId& run);
  const std::string& last_rewind(const RunId& run);
  void write_chunks(std::int64_t series, std::int64_t segment,
                    const schemas::PointColumns& columns);
  Tail take_tail(std::int64_t series, std::int64_t segment);
  /// `data` is the points, encoded.
  void write_chunk(std::int64_t series, std::int64_t segment, std::int64_t number,
                   std::span<const std::int64_t> steps, std::span<const std::int64_t> times_ms,
                   std::span<const double> values, std::span<const std::byte> data);
  void sum_up_stale();
  void save(const Series& series);

  const Connection& connection_;
  ChunkEncoder encoder_;
  ChunkDecoder decoder_;
  std::map<Key, Series> touched_;
  std::map<RunId, Definitions> definitions_;
  std::map<RunId, std::string> last_rewinds_;  ///< order_key(); empty: none
  std::vector<std::string> problems_;
};

}  // namespace track::storage
