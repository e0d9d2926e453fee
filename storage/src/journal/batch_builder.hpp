#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "track/schemas/journal_batch.hpp"

#include "journal/column_index.hpp"
#include "journal/segment_file.hpp"

namespace track::storage::journal {

/// Nothing where a known kind does not parse.
[[nodiscard]] std::optional<schemas::JournalEntry> decode_frame(std::uint8_t kind,
                                                                std::uint8_t version,
                                                                std::span<const std::byte> payload);

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
    const auto column = columns_.find(series);
    auto* to = column != ColumnIndex::k_unknown ? &batch_.points[column] : add_columns(series);
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
  bool follow_links(SegmentFile& file, std::uint64_t from);
  /// Takes a series or anchor record in; false where the frame is neither.
  bool learn(const schemas::JournalEntry& entry);
  /// Nothing where no record names the series.
  schemas::PointColumns* add_columns(std::uint32_t series);

  schemas::JournalBatch& batch_;
  TimeAnchor anchor_;
  std::uint64_t limit_;
  std::uint64_t expected_;
  std::uint64_t taken_ = 0;
  std::unordered_map<std::uint32_t, SeriesKey> series_;
  ColumnIndex columns_;
};

}  // namespace track::storage::journal
