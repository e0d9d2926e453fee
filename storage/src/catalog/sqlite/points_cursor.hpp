#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/rewind_reader.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "catalog/sqlite/statement.hpp"
#include "catalog/sqlite/tail_reader.hpp"

namespace track::storage {

/// Which points to go through.
struct PointFilter {
  std::optional<std::string> run;
  std::optional<std::string> metric;
  std::optional<std::string> labels;
  StepRange steps;
  bool nothing = false;  ///< no point can fit
};

/// Goes through points run by run and series by series, each in order of step.
///
/// One series is in memory at a time, and the tails of one run.
class PointsCursor final {
 public:
  PointsCursor(sqlite3* db, std::filesystem::path journals, InternalReads& internal,
               PointView view);

  void start(PointFilter filter);
  void next();
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

  [[nodiscard]] const std::string& run() const noexcept { return run_.value; }
  [[nodiscard]] const std::string& metric() const noexcept { return series_.metric; }
  [[nodiscard]] const std::string& labels() const noexcept { return series_.labels; }
  [[nodiscard]] std::int64_t step() const noexcept { return points_.steps[row_]; }
  [[nodiscard]] std::int64_t time_ms() const noexcept { return points_.times_ms[row_]; }
  [[nodiscard]] double value() const noexcept { return points_.values[row_]; }
  [[nodiscard]] std::int64_t rank() const noexcept { return origin().rank; }
  [[nodiscard]] std::int64_t attempt() const noexcept { return origin().attempt; }
  [[nodiscard]] std::int64_t row_id() const noexcept { return row_id_; }

 private:
  struct Series {
    std::int64_t id = 0;  ///< 0: only in journals so far
    std::string metric;
    std::string labels;
    std::vector<SegmentPoints> tail;
  };

  [[nodiscard]] const PointSource& origin() const noexcept {
    return origins_[points_.sources[row_]];
  }
  [[nodiscard]] std::optional<RunId> next_run();
  void list_journals();
  void open_run();
  void advance();
  [[nodiscard]] bool wants(const Series& series) const;

  sqlite3* db_;
  std::filesystem::path journals_;
  InternalReads& internal_;
  SeriesReader reader_;
  RewindReader rewind_reader_;
  PointView view_;
  PointFilter filter_;

  std::optional<Statement> snapshot_;  ///< left open: it holds the transaction that all reads share
  std::optional<Statement> runs_;
  bool runs_done_ = false;
  std::optional<Statement> select_series_;
  /// Runs whose journals have, or had, something beyond the cursors, and what lay there.
  std::map<RunId, SeenSegments> journaled_;
  std::deque<RunId> unread_;  ///< only in journals so far
  RunId run_;
  std::vector<Rewind> rewinds_;  ///< of the present run
  std::deque<Series> pending_;   ///< of the present run
  Series series_;
  OrderedPoints points_;
  std::vector<PointSource> origins_;
  std::size_t row_ = 0;
  std::int64_t row_id_ = 0;
  bool at_end_ = true;
};

}  // namespace track::storage
