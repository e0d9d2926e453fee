#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "track/schemas/journal_batch.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track_test {

inline track::RunId run_id(char last) { return {std::string(15, 'a') + last}; }

/// Writes the batches that a segment of a process would give.
class Segment {
 public:
  explicit Segment(track::RunId run, std::int64_t rank = 0, std::int64_t attempt = 1,
                   std::uint64_t sequence = 0)
      : run_(std::move(run)), order_{attempt, rank, 1000, 77, sequence} {}

  Segment& add(track::schemas::JournalEntry entry) {
    entries_.push_back(std::move(entry));
    return *this;
  }

  Segment& param(std::string name, track::Value value) {
    return add(track::schemas::ParamEntry{std::move(name), std::move(value)});
  }

  /// Points at growing steps from `step` on, a millisecond each.
  Segment& points(track::SeriesKey series, std::int64_t step, std::vector<double> values) {
    track::schemas::PointColumns columns{std::move(series), {}, {}, {}};
    for (std::size_t i = 0; i < values.size(); ++i) {
      columns.steps.push_back(step + static_cast<std::int64_t>(i));
      columns.times_ms.push_back(++time_);
      columns.values.push_back(values[i]);
    }
    points_.push_back(std::move(columns));
    return *this;
  }

  Segment& start(std::string name, std::string experiment, std::int64_t time = 1000) {
    track::schemas::RunStartEntry entry;
    entry.name = std::move(name);
    entry.experiment = std::move(experiment);
    entry.source = "api";
    entry.user = {"u-hash", "ann"};
    entry.host = {"h-hash", ""};
    entry.time = {time};
    return add(entry);
  }

  Segment& end(track::RunState state, std::string reason = {}, std::int64_t time = 2000) {
    track::schemas::RunEndEntry entry;
    entry.state = state;
    entry.reason = std::move(reason);
    entry.exit_code = state == track::RunState::failed ? 3 : 0;
    entry.time = {time};
    return add(entry);
  }

  /// What was added since the last batch.
  track::schemas::JournalBatch batch(bool sealed = false) {
    track::schemas::JournalBatch batch;
    batch.run = run_;
    batch.segment = uuid_;
    batch.order = order_;
    batch.from = at_;
    at_ += 4096;
    batch.to = at_;
    batch.sealed = sealed;
    batch.entries = std::exchange(entries_, {});
    batch.points = std::exchange(points_, {});
    return batch;
  }

  [[nodiscard]] const track::Uuid& uuid() const { return uuid_; }

 private:
  track::RunId run_;
  track::schemas::SegmentOrder order_;
  track::Uuid uuid_ = track::Uuid::random();
  std::uint64_t at_ = 0;
  std::int64_t time_ = 0;
  std::vector<track::schemas::JournalEntry> entries_;
  std::vector<track::schemas::PointColumns> points_;
};

inline track::IngestReport take(track::storage::Catalog& catalog, Segment& segment,
                                bool sealed = false) {
  const auto batch = segment.batch(sealed);
  return catalog.ingest(std::span(&batch, 1));
}

}  // namespace track_test
