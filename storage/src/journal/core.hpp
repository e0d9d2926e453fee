#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "track/storage/journal/writer.hpp"

#include "journal/fork_guard.hpp"
#include "journal/segment.hpp"
#include "journal/slot.hpp"
#include "journal/time_anchor.hpp"

namespace track::storage::journal {

/// How far a segment is populated ahead of a writer that is not known to be fast.
inline constexpr std::uint64_t k_first_ahead = 16UL << 10U;
/// What a SIGKILL may cost a thread where segments are drained.
inline constexpr std::uint64_t k_drain_window = 64UL << 10U;

class SegmentPacker;

/// Bytes: a header, a reserve and some records.
inline constexpr std::size_t k_smallest_segment = 16UL << 10U;

/// Finds a SeriesKey by its name alone without making one.
struct SeriesLess {
  using is_transparent = void;
  bool operator()(const SeriesKey& a, const SeriesKey& b) const noexcept { return a < b; }
  bool operator()(const SeriesKey& a, std::string_view b) const noexcept { return a.name < b; }
  bool operator()(std::string_view a, const SeriesKey& b) const noexcept {
    return a < b.name || (a == b.name && !b.labels.empty());
  }
};

/// What stands behind a JournalWriter: its threads' slots and all that is slow.
///
/// Locks, in this order: a slot's, then `mutex_`. No lock is held over a system call that
/// can wait for the disk, but a slot's by its own thread.
class JournalCore final : public ForkMember, public std::enable_shared_from_this<JournalCore> {
 public:
  [[nodiscard]] static std::shared_ptr<JournalCore> open(const JournalOptions& options);
  ~JournalCore() override;

  /// Names this writer in this process; never reused, another in a forked child.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_.load(std::memory_order_relaxed); }
  [[nodiscard]] clockid_t clock() const noexcept { return clock_; }
  [[nodiscard]] bool crc_instruction() const noexcept { return crc_instruction_; }

  [[nodiscard]] std::uint32_t intern(const SeriesKey& key);
  /// The calling thread finds it by find_interned() from now on.
  [[nodiscard]] std::uint32_t intern(std::string_view name);

  bool append_point(std::uint32_t series, std::int64_t step, double value,
                    std::int64_t time) noexcept;
  bool append(const schemas::JournalEntry& entry) noexcept;
  bool append_between(const schemas::JournalEntry& entry) noexcept;
  void sync();
  bool service() noexcept;
  void close() noexcept;
  [[nodiscard]] JournalStats stats() const;

  /// A slot for the calling thread: a finished thread's, or a new one.
  [[nodiscard]] WriterSlot* take_slot();
  void hand_over(WriterSlot* slot, std::uint64_t writer) noexcept;

  void before_fork() noexcept override;
  void after_fork_in_parent() noexcept override;
  void after_fork_in_child(bool locked) noexcept override;

 private:
  struct Frame {
    std::uint8_t kind = 0;
    std::uint8_t version = 0;
    std::span<const std::byte> payload;
  };

  /// A parent's, in a forked child: a thread of the parent may have been inside, so that it is put
  /// away and never looked at.
  struct Inherited {
    std::vector<std::unique_ptr<WriterSlot>> slots;
    std::shared_ptr<Segment> spare;
    std::vector<std::shared_ptr<Segment>> retired;
    std::vector<std::filesystem::path> retired_paths;
    std::vector<std::filesystem::path> to_pack;
    /// Never destroyed: the parent's helper may have been in the middle of it.
    SegmentPacker* packing = nullptr;
    std::unique_ptr<Inherited> earlier;
  };

  explicit JournalCore(const JournalOptions& options);
  void put_away_inherited() noexcept;

  // Appending; all need the slot's lock.
  template <typename Body>
  bool with_slot(Body&& body, std::atomic<std::uint64_t>& lost) noexcept;
  bool put_point(WriterSlot& slot, std::uint32_t series, std::int64_t step, double value,
                 std::int64_t time);
  bool put_entry(WriterSlot& slot, const Frame& frame, Purpose purpose);
  bool put_in_reserve_of_others(const WriterSlot& own, const Frame& frame);
  bool put_series(WriterSlot& slot, std::uint32_t series);
  bool put_pending(WriterSlot& slot);
  void put_gap(WriterSlot& slot);
  void write_frame(WriterSlot& slot, const Frame& frame);
  bool make_room(WriterSlot& slot, std::uint64_t bytes, Purpose purpose);
  bool populate_for(WriterSlot& slot, std::uint64_t bytes, Purpose purpose);
  void drop(WriterSlot& slot, std::uint64_t count) noexcept;
  /// Whether decimation leaves the series' next point out.
  bool is_left_out(WriterSlot& slot, std::uint32_t series);
  void next_stage(WriterSlot& slot) noexcept;
  [[nodiscard]] bool may_wait(WriterSlot& slot, std::int64_t since) const noexcept;
  void flush_drained(WriterSlot& slot, Purpose purpose) noexcept;

  // Rolling over.
  bool roll(WriterSlot& slot, std::uint64_t bytes) noexcept;
  [[nodiscard]] std::shared_ptr<Segment> next_segment(const WriterSlot& slot, std::uint64_t bytes);
  [[nodiscard]] std::shared_ptr<Segment> allocate_segment(std::uint64_t capacity);
  void release_segment(const Segment& segment) noexcept;
  std::uint32_t publish(Segment& segment);
  void adopt(WriterSlot& slot, std::shared_ptr<Segment> segment, std::uint32_t salt);
  void retire(std::shared_ptr<Segment> segment);
  [[nodiscard]] std::uint64_t capacity_after(std::uint64_t capacity) const noexcept;
  [[nodiscard]] std::uint64_t capacity_after(const WriterSlot& slot) const noexcept;
  [[nodiscard]] bool is_cap_near() const noexcept;
  void fail(const char* what) noexcept;

  // The helper's turn.
  [[nodiscard]] std::vector<WriterSlot*> slots() const;
  bool serve_slot(WriterSlot& slot);
  bool make_spare(std::uint64_t capacity) noexcept;
  bool serve_retired();
  bool serve_packing(bool others_wait) noexcept;
  /// Empty where there is none.
  [[nodiscard]] std::filesystem::path next_to_pack();
  void forget_to_pack() noexcept;
  bool pack_on(bool others_wait);
  void note_packed(const SegmentPacker& packer);
  void serve_each_second(std::int64_t now);
  void check_clock();
  void check_removed(const std::vector<WriterSlot*>& all);
  void sync_all();
  /// Whether the name of what lies there is to be synced, too.
  bool sync_by_path(const std::filesystem::path& path);
  void seal(WriterSlot& slot) noexcept;

  JournalOptions options_;
  std::atomic<std::uint64_t> id_;
  clockid_t clock_;
  bool crc_instruction_;
  SegmentFlag flag_ = SegmentFlag::mapped;
  std::atomic<bool> closed_ = false;
  std::atomic<bool> has_helper_ = false;  // somebody called service() in this process

  std::atomic<std::int64_t> retry_at_ = 0;  // coarse monotonic ns; no new segment is tried before
  std::atomic<std::int64_t> retry_after_ = 0;
  std::atomic<bool> out_of_room_ = false;  // what failed last did so on a full disk or the cap
  std::atomic<std::uint64_t> dropped_ = 0;
  std::atomic<std::uint64_t> entries_ = 0;
  std::atomic<std::uint64_t> lost_entries_ = 0;
  std::atomic<std::uint64_t> caller_populated_ = 0;
  std::atomic<std::uint64_t> rollovers_ = 0;
  std::atomic<std::uint64_t> orphan_gap_ = 0;  // dropped while there was no segment to count it in

  mutable std::mutex mutex_;  // guards what follows
  SlotArena arena_;
  std::vector<std::unique_ptr<WriterSlot>> slots_;
  std::vector<WriterSlot*> idle_;
  std::map<SeriesKey, std::uint32_t, SeriesLess>
      series_;  // with all labels, and as they were asked for
  std::vector<const SeriesKey*> series_by_index_;
  std::shared_ptr<Segment> spare_;
  std::vector<std::shared_ptr<Segment>> retired_;     // sealed, mapped, not yet durable
  std::vector<std::filesystem::path> retired_paths_;  // the same, no longer mapped
  std::vector<std::filesystem::path> to_pack_;        // sealed and worth it, the oldest first
  std::uint64_t packed_ = 0;
  std::uint64_t allocated_ = 0;
  std::uint64_t sequence_ = 0;
  std::int64_t pid_ = 0;
  std::uint64_t process_start_ = 0;  // 0: not yet asked for
  std::string boot_;
  std::uint64_t names_unsynced_ = 0;  // segments named since the directory was synced
  std::string last_error_;
  std::unique_ptr<Inherited> inherited_;
  std::unique_ptr<Inherited> room_;  // made with the first slot, for a child to put all of that in

  std::mutex service_mutex_;  // one helper's turn at a time; guards what follows
  std::int64_t next_second_ = 0;
  std::int64_t spare_retry_at_ = 0;
  std::int64_t clock_offset_ = 0;
  std::unique_ptr<SegmentPacker> packing_;
  std::int64_t pack_retry_at_ = 0;
};

}  // namespace track::storage::journal
