#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "catalog/sqlite/connection.hpp"
#include "catalog/sqlite/points_writer.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/store_reports.hpp"

namespace track::storage {

/// Where a segment's cursor stands.
struct SegmentState {
  std::int64_t id = 0;
  std::uint64_t position = 0;
  bool complete = false;
  std::uint64_t dropped = 0;
};

[[nodiscard]] std::optional<SegmentState> find_segment(const Connection& connection,
                                                       const Uuid& segment);

/// Whether the batch tells the catalog anything new.
[[nodiscard]] bool is_news(const Connection& connection, const schemas::JournalBatch& batch);

/// Writes batches within a transaction of the caller. finish() comes before its commit.
class BatchWriter final {
 public:
  BatchWriter(const Connection& connection, IngestReport& report)
      : connection_(connection), report_(report), points_(connection) {}

  /// Throws Error{conflict} unless the batch begins where the cursor stands.
  void write(const schemas::JournalBatch& batch);
  void finish();

 private:
  [[nodiscard]] std::int64_t number_attempt(const schemas::JournalBatch& batch);
  std::int64_t insert_segment(const schemas::JournalBatch& batch, std::int64_t attempt);
  void write_content(const schemas::JournalBatch& batch, std::int64_t segment,
                     std::int64_t attempt);
  void note_invalid(const schemas::JournalBatch& batch);
  void update_run(const RunId& run, std::int64_t last_seen);

  const Connection& connection_;
  IngestReport& report_;
  PointsWriter points_;
  std::map<RunId, std::int64_t> touched_;  ///< with the latest time seen
  std::set<RunId> redefined_;
  std::set<RunId> rewound_;
};

}  // namespace track::storage
