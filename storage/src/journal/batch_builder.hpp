#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "track/schemas/journal_batch.hpp"

#include "journal/segment_file.hpp"

namespace track::storage::journal {

/// Turns the records of one segment into a batch.
class BatchBuilder final {
 public:
  /// `slots` is how many there are to read: what room is made for.
  BatchBuilder(schemas::JournalBatch& batch, TimeAnchor anchor, std::uint64_t limit,
               std::uint64_t slots) noexcept
      : batch_(batch), anchor_(anchor), limit_(limit), expected_(std::min(limit, slots)) {}

  /// Reads what records before `from` say of those behind: series, and the clock.
  void restore(SegmentFile& file, std::uint64_t from, bool trust_links);

  // What SegmentFile::scan() calls.
  bool point(const Slot& slot) {
    const auto series = slot.head >> 8U;
    const bool seen = series < dense_.size() && dense_[series] != k_unknown;
    auto* to = seen ? &batch_.points[dense_[series]] : find_columns(series);
    if (to == nullptr) {
      invalid(1);  // the record that named its series is damaged
      return true;
    }
    to->steps.push_back(static_cast<std::int64_t>(slot.a));
    to->times_ms.push_back(anchor_.to_ms(slot.time));
    to->values.push_back(std::bit_cast<double>(slot.b));
    return ++taken_ < limit_;
  }
  bool frame(const FoundFrame& frame);
  void invalid(std::uint64_t slots) noexcept { batch_.invalid_records += slots; }

 private:
  static constexpr std::uint32_t k_unknown = UINT32_MAX;

  bool follow_links(SegmentFile& file, std::uint64_t from);
  /// Takes a series or anchor record in; false where the frame is neither.
  bool learn(const schemas::JournalEntry& entry);
  std::uint32_t& column_of(std::uint32_t series);
  schemas::PointColumns* find_columns(std::uint32_t series);

  schemas::JournalBatch& batch_;
  TimeAnchor anchor_;
  std::uint64_t limit_;
  std::uint64_t expected_;
  std::uint64_t taken_ = 0;
  std::unordered_map<std::uint32_t, SeriesKey> series_;
  std::vector<std::uint32_t> dense_;  // series -> column, for small indices
  std::unordered_map<std::uint32_t, std::uint32_t>
      sparse_;  // the same for those that would cost memory
};

}  // namespace track::storage::journal
