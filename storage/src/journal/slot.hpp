#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "journal/segment.hpp"
#include "journal/slot_crc.hpp"
#include "journal/time_anchor.hpp"

namespace track::storage::journal {

/// What the hot path touches: one thread's place in its segment.
///
/// Lies on memory that a forked child finds zeroed: a limit of zero sends every append to the slow
/// path, which notices. So one comparison checks for room, for the populated watermark, for a
/// fork, and for whoever paused the slot.
struct alignas(128) HotSlot {
  std::atomic<std::uint64_t> limit = 0;  ///< records may end here; 0: take the slow path
  std::atomic<std::uint32_t> busy = 0;   ///< the owner is between its check and its commit
  std::uint32_t salt = 0;
  std::atomic<std::uint64_t> offset = 0;  ///< where the next record goes
  std::byte* base = nullptr;
  const std::uint64_t* defined = nullptr;  ///< a bit for each series that this segment explains
  std::uint64_t defined_count = 0;
  std::atomic<std::uint64_t> points = 0;

  [[nodiscard]] bool is_defined(std::uint32_t series) const noexcept {
    return series < defined_count && ((defined[series / 64] >> (series % 64)) & 1U) != 0;
  }

  /// Stores a record at `at` without committing it; the caller checked for room. Field by field,
  /// from registers: a copy of a record just built in memory would wait for the stores that built
  /// it.
  [[gnu::always_inline]] void store(std::uint64_t at, std::uint32_t head, std::uint64_t a,
                                    std::int64_t time, std::uint64_t b,
                                    bool instruction) const noexcept {
    auto* to = reinterpret_cast<Slot*>(base + at);
    const auto seed = crc_seed(salt, at);
    to->head = head;
    to->a = a;
    to->time = time;
    to->b = b;
    if (instruction) [[likely]] {
      to->crc = slot_crc({.head = head, .a = a, .time = time, .b = b}, seed, true);
    } else {
      to->crc = slot_crc(*to, seed, false);
    }
  }
  [[gnu::always_inline]] void put(std::uint32_t head, std::uint64_t a, std::int64_t time,
                                  std::uint64_t b, bool instruction) noexcept {
    const auto at = offset.load(std::memory_order_relaxed);
    store(at, head, a, time, b, instruction);
    commit(at + k_record_size);
  }

  void commit(std::uint64_t end) noexcept {
    std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(base + k_committed_at))
        .store(end, std::memory_order_release);
    offset.store(end, std::memory_order_relaxed);
  }

  /// Between enter() and exit() nobody else writes here, see WriterSlot::pause().
  void enter() noexcept {
    busy.store(1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // pause() brings the fence for both
  }
  void exit() noexcept { busy.store(0, std::memory_order_release); }
};

/// The rest of a slot, for its owner's slow path, the helper, and whoever closes.
struct WriterSlot {
  explicit WriterSlot(HotSlot* hot_slot) noexcept : hot(hot_slot) {}

  HotSlot* const hot;
  std::mutex mutex;  // guards all below, and every change of `hot` but the hot path's own
  std::shared_ptr<Segment> segment;
  std::vector<std::uint64_t> defined;
  std::uint64_t points_end = 0;   ///< what lies beyond is kept for entries when the disk is full
  std::uint64_t directory = 0;    ///< the last series or anchor record
  std::uint64_t ahead = 0;        ///< how far to populate
  std::int64_t populated_at = 0;  ///< coarse monotonic ns
  bool met_watermark = false;     ///< the owner had to populate since the helper looked
  bool anchor_due = false;        ///< the clock was set: bind it anew before the next record
  bool roll_due = false;          ///< no point may follow in this segment, see append_between()
  bool sealed = false;
  bool waited_in_vain = false;      ///< for room; and there was none since
  bool decimates = false;           ///< the cap is near
  std::uint32_t decimation = 0;     ///< of each series one point in 2^this is kept
  std::uint64_t stage_left = 0;     ///< points that this is to be kept up for
  std::uint64_t left_out = 0;       ///< points that were not kept so far
  std::vector<std::uint32_t> seen;  ///< points of each series since decimation began
  std::uint64_t gap = 0;            ///< dropped and not yet told by a gap record

  [[nodiscard]] bool fits(std::uint64_t bytes, std::uint64_t end) const noexcept {
    return segment && hot->offset.load(std::memory_order_relaxed) + bytes <= end;
  }
  /// Opens the hot path as far as it may go.
  void open_limit() noexcept;
  /// Stops the owner at its next record and waits until it is out of the current one. Needs
  /// has_heavy_fence() or a limit that was zero all along.
  void pause() noexcept;
  void wait_idle() const noexcept;
};

/// Memory for hot slots that a forked child finds zeroed.
class SlotArena final {
 public:
  SlotArena() = default;
  SlotArena(const SlotArena&) = delete;
  SlotArena& operator=(const SlotArena&) = delete;
  ~SlotArena();
  /// Throws std::bad_alloc.
  [[nodiscard]] HotSlot* allocate();

 private:
  struct Page {
    HotSlot* slots = nullptr;
    std::size_t used = 0;
  };
  std::vector<Page> pages_;
};

}  // namespace track::storage::journal
