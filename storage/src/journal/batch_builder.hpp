#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "track/schemas/journal_batch.hpp"

#include "journal/segment_file.hpp"

namespace track::storage::journal {

/// Turns the records of one segment into a batch.
class BatchBuilder final {
 public:
  BatchBuilder(schemas::JournalBatch& batch, TimeAnchor anchor, std::uint64_t limit) noexcept
      : batch_(batch), anchor_(anchor), limit_(limit) {}

  /// Reads what records before `from` say of those behind: series, and the clock.
  void restore(SegmentFile& file, std::uint64_t from, bool trust_links);

  // What SegmentFile::scan() calls.
  bool point(const Slot& slot);
  bool frame(const FoundFrame& frame);
  void invalid(std::uint64_t slots) noexcept { batch_.invalid_records += slots; }

 private:
  static constexpr std::uint32_t k_unknown = UINT32_MAX;

  bool follow_links(SegmentFile& file, std::uint64_t from);
  /// Takes a series or anchor record in; false where the frame is neither.
  bool learn(const schemas::JournalEntry& entry);
  std::uint32_t& column_of(std::uint32_t series);
  schemas::PointColumns* columns(std::uint32_t series);

  schemas::JournalBatch& batch_;
  TimeAnchor anchor_;
  std::uint64_t limit_;
  std::uint64_t taken_ = 0;
  std::unordered_map<std::uint32_t, SeriesKey> series_;
  std::vector<std::uint32_t> dense_;  // series -> column, for small indices
  std::unordered_map<std::uint32_t, std::uint32_t>
      sparse_;  // the same for those that would cost memory
};

}  // namespace track::storage::journal
