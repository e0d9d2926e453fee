#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "track/schemas/ids.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/schemas/labels.hpp"

namespace track::storage {

namespace journal {
class JournalCore;
}

struct JournalOptions {
  std::filesystem::path directory;  ///< journals/<run>; made if missing
  mode_t directory_mode = 0700;
  mode_t file_mode = 0600;
  RunId run;
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  Labels labels;                           ///< of every series that does not give them itself
  std::string host;                        ///< keyed hash
  std::size_t first_segment = 64UL << 10;  ///< bytes; doubles up to max_segment
  std::size_t max_segment = 16UL << 20;
  /// Bytes; service() re-encodes sealed segments of this size or more, so that they take a tenth;
  /// 0: none. Never where they are drained.
  std::size_t pack_from = 1UL << 20;
  std::uint64_t cap = 0;  ///< bytes of all segments of this process; 0: none
  /// Once half of the cap is used, keep of each series every second point, every fourth, and so on:
  /// half of the room that a thread has left is made to last for as many points as it had so far,
  /// again and again, so that a run a thousand times longer than the cap still reaches its end.
  bool decimate = false;
  /// How long append_point() waits for room on a full disk or at the cap; a thread that waited in
  /// vain does not wait again before there was room for it.
  std::int64_t block_ms = 0;
  bool precise_time = false;  ///< CLOCK_MONOTONIC instead of its coarse twin
  bool periodic_sync = true;  ///< service() msyncs the new range each second
  /// write(2) from memory of its own, as is done anyway where the file system's mmap or fallocate
  /// cannot be trusted: SIGKILL then loses points that service() has not written out, at most 64
  /// KiB a thread; none where service() is never called, and never an entry.
  bool drained = false;
};

struct JournalStats {
  std::uint64_t points = 0;   ///< accepted
  std::uint64_t dropped = 0;  ///< on ENOSPC, cap or I/O error, or decimated
  std::uint64_t entries = 0;
  std::uint64_t lost_entries = 0;
  std::uint64_t caller_populated = 0;  ///< times a caller met the watermark and populated itself
  std::uint64_t rollovers = 0;
  std::uint64_t packed = 0;  ///< segments that service() re-encoded
  std::string last_error;    ///< of the last drop
};

/// A point of a batch: which series, which value. Not initialised: room for many is made on the hot
/// path.
struct SeriesValue {
  std::uint32_t series;
  double value;
};

/// Appends to the journal segments of one run from one process.
///
/// Atomicity: a record is there whole or not at all. Durability: survives SIGKILL
/// once appended; survives power loss once sync() returned (or after a second of
/// service()). Ordering: appends of one thread keep their order.
///
/// Thread safety: every member may be called from any thread. In a forked child the
/// first append opens segments of the child's own; the parent's are not touched.
class JournalWriter final {
 public:
  /// Makes the first segment. Throws Error{io, no_space, permission}.
  [[nodiscard]] static std::unique_ptr<JournalWriter> open(const JournalOptions& options);
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;
  /// close() without a word.
  ~JournalWriter();

  /// The index of a series in this process, the same for the same key.
  /// Throws Error{usage} beyond 2^24 series.
  [[nodiscard]] std::uint32_t intern(const SeriesKey& key);
  [[nodiscard]] std::uint32_t intern(std::string_view name);
  /// What intern() gave this thread for the name, without a lock; nothing where the thread must
  /// ask (again).
  [[nodiscard]] std::optional<std::uint32_t> find_interned(std::string_view name) const noexcept;

  /// False, and counted as dropped, where the point could not be kept.
  bool append_point(std::uint32_t series, std::int64_t step, double value) noexcept;
  /// One stamp for all. Returns how many were kept.
  std::size_t append_points(std::int64_t step, std::span<const SeriesValue> values) noexcept;
  /// False, and counted as lost, where the entry could not be kept.
  bool append(const schemas::JournalEntry& entry) noexcept;

  /// append(); what any thread appends once this has returned stands behind the entry in the order
  /// of segments, and what was appended before it was called stands before. Costs every thread a
  /// new segment.
  bool append_between(const schemas::JournalEntry& entry) noexcept;

  /// Waits until all appended so far survives power loss. Throws Error{io}.
  void sync();
  /// The helper's turn: pre-faults ahead of the writers, makes the next segments, syncs
  /// each second, drops written pages, re-anchors after a suspend, and piece by piece re-encodes
  /// sealed segments. Answers whether there was
  /// something to do beyond that.
  bool service() noexcept;
  /// Seals every segment of this process, waiting for appends under way; it does not sync.
  /// Later appends are dropped and counted.
  void close() noexcept;

  [[nodiscard]] JournalStats stats() const;

 private:
  explicit JournalWriter(std::shared_ptr<journal::JournalCore> core) noexcept;
  std::shared_ptr<journal::JournalCore> core_;  // shared with the threads that hold a slot of it
};

}  // namespace track::storage
