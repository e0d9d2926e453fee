#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "track/schemas/ids.hpp"
#include "track/schemas/journal_entry.hpp"

namespace track::schemas {

/// Where a segment stands in the order of all: (attempt, rank, process start, pid, sequence).
struct SegmentOrder {
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  std::uint64_t process_start = 0;
  std::int64_t pid = 0;
  std::uint64_t sequence = 0;  ///< one counter a process and run

  friend bool operator==(const SegmentOrder&, const SegmentOrder&) = default;
  friend auto operator<=>(const SegmentOrder&, const SegmentOrder&) = default;
};

/// Points in the form in which a catalog may keep them, see "Chunks of points" in docs/formats.md.
struct PointChunk {
  std::uint64_t count = 0;
  std::vector<std::byte> data;
};

/// Points of one series as they stand in one segment, in order of append.
struct PointColumns {
  SeriesKey series;
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times_ms;
  std::vector<double> values;  ///< bit for bit as logged
  /// The first of them once more, as far as they were kept as whole chunks. A catalog may take
  /// these as they are.
  std::vector<PointChunk> chunks = {};
};

/// New content of one segment: everything between two offsets.
struct JournalBatch {
  RunId run;
  Uuid segment;
  SegmentOrder order;
  std::uint64_t from = 0;             ///< bytes; the cursor must stand here
  std::uint64_t to = 0;               ///< bytes; the cursor after it
  bool sealed = false;                ///< nothing will follow
  std::uint64_t invalid_records = 0;  ///< failed their crc; passed over
  std::uint64_t dropped = 0;          ///< the segment header's own count
  std::vector<JournalEntry> entries;
  std::vector<PointColumns> points;
};

}  // namespace track::schemas
