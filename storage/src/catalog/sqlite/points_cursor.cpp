#include "catalog/sqlite/points_cursor.hpp"

#include <utility>

#include "track/storage/journal/reader.hpp"

namespace track::storage {

PointsCursor::PointsCursor(sqlite3* db, std::filesystem::path journals, InternalReads& internal,
                           PointView view)
    : db_(db),
      journals_(std::move(journals)),
      internal_(internal),
      reader_(db),
      rewind_reader_(db),
      view_(view) {}

void PointsCursor::start(PointFilter filter) {
  const InternalScope scope(internal_);
  filter_ = std::move(filter);
  if (filter_.run) {
    runs_.emplace(db_, "SELECT id FROM run_rows WHERE removed IS NULL AND id = ?");
    runs_->bind(*filter_.run);
  } else {
    runs_.emplace(db_, "SELECT id FROM run_rows WHERE removed IS NULL ORDER BY number");
  }
  runs_done_ = false;
  unread_.clear();
  pending_.clear();
  points_ = {};
  row_ = 0;
  row_id_ = 0;
  at_end_ = filter_.nothing;
  if (at_end_) return;
  // Cursors are taken before journals are read: what is consumed meanwhile is noticed.
  snapshot_.emplace(db_, "SELECT 1 FROM sqlite_schema");
  snapshot_->step();
  runs_done_ = !runs_->step();
  list_journals();
  advance();
}

void PointsCursor::next() {
  ++row_;
  ++row_id_;
  if (row_ < points_.steps.size()) return;
  const InternalScope scope(internal_);
  advance();
}

/// Goes on to the next series that has points.
void PointsCursor::advance() {
  for (;;) {
    while (!pending_.empty()) {
      series_ = std::move(pending_.front());
      pending_.pop_front();
      points_ = reader_.read(series_.id, series_.metric, std::move(series_.tail), rewinds_,
                             filter_.steps, view_, &origins_);
      row_ = 0;
      if (!points_.steps.empty()) return;
    }
    auto run = next_run();
    if (!run) break;
    run_ = std::move(*run);
    open_run();
  }
  at_end_ = true;
  runs_.reset();
  snapshot_.reset();
}

std::optional<RunId> PointsCursor::next_run() {
  if (!runs_done_) {
    RunId run{runs_->text(0)};
    runs_done_ = !runs_->step();
    return run;
  }
  if (unread_.empty()) return std::nullopt;
  auto run = std::move(unread_.front());
  unread_.pop_front();
  return run;
}

void PointsCursor::list_journals() {
  journaled_.clear();
  if (filter_.run) {
    const RunId run{*filter_.run};
    journaled_.emplace(run, see_segments(journals_, run));
  } else {
    // A segment that is not consumed and has no journal any more must be noticed too.
    Statement open(db_, "SELECT DISTINCT run FROM segment_rows WHERE complete = 0");
    while (open.step()) journaled_.try_emplace(RunId{open.text(0)});
    for (auto& run : list_journal_runs(journals_)) {
      auto seen = see_segments(journals_, run);
      journaled_.insert_or_assign(std::move(run), std::move(seen));
    }
  }
  Statement known(db_,
                  "SELECT 1 FROM run_rows WHERE id = ?1"
                  " UNION ALL SELECT 1 FROM purged_rows WHERE run = ?1");
  for (const auto& [run, seen] : journaled_) {
    known.bind(run.value);
    if (!known.step()) unread_.push_back(run);
    known.reset();
  }
}

bool PointsCursor::wants(const Series& series) const {
  return (!filter_.metric || *filter_.metric == series.metric) &&
         (!filter_.labels || *filter_.labels == series.labels);
}

void PointsCursor::open_run() {
  const auto journal = journaled_.find(run_);
  auto tails =
      journal != journaled_.end() ? read_tails(db_, journals_, run_, journal->second) : Tails{};
  rewinds_ = rewind_reader_.read(run_, tails, reader_);
  if (!select_series_) {
    select_series_.emplace(db_,
                           "SELECT id, name, labels FROM series_rows WHERE run = ?1"
                           "   AND (?2 IS NULL OR name = ?2) ORDER BY name, labels");
  }
  auto& unread = tails.series;
  auto& rows = *select_series_;
  rows.bind(run_.value, filter_.metric);
  while (rows.step()) {
    Series series{rows.integer(0), rows.text(1), rows.text(2), {}};
    const auto tail = unread.empty()
                          ? unread.end()
                          : unread.find({series.metric, labels_from_json(series.labels)});
    if (tail != unread.end()) {
      series.tail = std::move(tail->second);
      unread.erase(tail);
    }
    if (wants(series)) pending_.push_back(std::move(series));
  }
  rows.reset();
  for (auto& [key, tail] : unread) {
    Series series{0, key.name, labels_to_json(key.labels), std::move(tail)};
    if (wants(series)) pending_.push_back(std::move(series));
  }
}

}  // namespace track::storage
