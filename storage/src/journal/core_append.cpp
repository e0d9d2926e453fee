#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <exception>
#include <system_error>
#include <utility>

#include "track/schemas/codec.hpp"

#include "journal/core.hpp"
#include "journal/thread_slots.hpp"

namespace track::storage::journal {
namespace {

constexpr std::uint64_t k_caller_ahead = 256UL << 10U;
constexpr std::int64_t k_fast = 100'000'000;  // ns
constexpr std::int64_t k_millisecond = 1'000'000;
constexpr long k_look_for_room = 10 * k_millisecond;

bool is_directory_kind(std::uint8_t kind) noexcept {
  return kind == static_cast<std::uint8_t>(schemas::EntryKind::series) ||
         kind == static_cast<std::uint8_t>(schemas::EntryKind::anchor);
}

}  // namespace

// `body` answers whether the record was kept; what was not is added to `lost`.
template <typename Body>
bool JournalCore::with_slot(Body&& body, std::atomic<std::uint64_t>& lost) noexcept {
  notice_fork();
  try {
    auto* slot = thread_slot(shared_from_this());
    const bool borrowed = slot == nullptr;
    if (borrowed) slot = take_slot();
    bool kept = false;
    {
      const std::lock_guard lock(slot->mutex);
      kept = body(*slot);
      slot->open_limit();
    }
    if (borrowed) hand_over(slot, id());
    return kept;
  } catch (const std::exception& error) {
    fail(error.what());
  }
  lost.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool JournalCore::append_point(std::uint32_t series, std::int64_t step, double value,
                               std::int64_t time) noexcept {
  const auto since = options_.block_ms > 0 ? clock_ns(CLOCK_MONOTONIC_COARSE) : 0;
  bool counted = false;  // as dropped, while it waits: whoever finishes meanwhile reports it
  for (;;) {
    bool waits = false;
    const bool kept = with_slot(
        [&](WriterSlot& slot) {
          if (std::exchange(counted, false)) dropped_.fetch_sub(1, std::memory_order_relaxed);
          if (!is_left_out(slot, series) && put_point(slot, series, step, value, time)) {
            flush_drained(slot, Purpose::point);
            slot.waited_in_vain = false;
            return true;
          }
          waits = may_wait(slot, since);
          if (waits) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            counted = true;
          } else {
            drop(slot, 1);
          }
          return false;
        },
        dropped_);
    if (!waits) return kept;
    const timespec pause{0, k_look_for_room};
    ::nanosleep(&pause, nullptr);  // without the slot: whoever closes need not wait
  }
}

bool JournalCore::may_wait(WriterSlot& slot, std::int64_t since) const noexcept {
  if (options_.block_ms <= 0 || closed_ || !out_of_room_ || slot.waited_in_vain) return false;
  if (clock_ns(CLOCK_MONOTONIC_COARSE) - since < options_.block_ms * k_millisecond) return true;
  slot.waited_in_vain = true;
  return false;
}

bool JournalCore::is_left_out(WriterSlot& slot, std::uint32_t series) {
  if (!slot.decimates || series >= k_max_series) return false;
  if (slot.seen.size() <= series) slot.seen.resize(round_up(series + 1, 64));
  if (slot.stage_left == 0) next_stage(slot);
  const auto mask = (std::uint32_t{1} << slot.decimation) - 1;
  const bool left_out = (slot.seen[series]++ & mask) != 0;
  if (left_out) {
    ++slot.left_out;
  } else {
    --slot.stage_left;
  }
  return left_out;
}

// Half of the room that is left, in a new segment while the cap allows one, is to last for as many
// points as there were: each stage doubles what the curve covers.
void JournalCore::next_stage(WriterSlot& slot) noexcept {
  constexpr std::uint64_t k_most = 30;
  const auto room = [&slot] {
    const auto offset = slot.hot->offset.load(std::memory_order_relaxed);
    return slot.points_end > offset ? (slot.points_end - offset) / k_record_size : 0;
  };
  if (slot.segment && room() < slot.segment->capacity() / k_record_size / 2)
    static_cast<void>(roll(slot, k_record_size));
  slot.stage_left = std::max<std::uint64_t>(room() / 2, 1);
  const auto offered = slot.hot->points.load(std::memory_order_relaxed) + slot.left_out;
  slot.decimation = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      std::bit_width((std::max<std::uint64_t>(offered, 1) - 1) / slot.stage_left), 1, k_most));
}

bool JournalCore::append(const schemas::JournalEntry& entry) noexcept {
  return with_slot(
      [&](WriterSlot& slot) {
        const auto encoded = schemas::encode(entry);
        if (put_entry(slot, {encoded.kind, encoded.version, encoded.payload}, Purpose::entry)) {
          flush_drained(slot, Purpose::entry);
          entries_.fetch_add(1, std::memory_order_relaxed);
          return true;
        }
        lost_entries_.fetch_add(1, std::memory_order_relaxed);
        return false;
      },
      lost_entries_);
}

// In a new segment of its own; then the others' are told to end, so that what comes after stands in
// segments of greater numbers.
bool JournalCore::append_between(const schemas::JournalEntry& entry) noexcept {
  const WriterSlot* own = nullptr;
  std::vector<WriterSlot*> all;
  const bool kept = with_slot(
      [&](WriterSlot& slot) {
        own = &slot;
        all = slots();
        slot.pause();
        const auto encoded = schemas::encode(entry);
        const Frame frame{encoded.kind, encoded.version, encoded.payload};
        const bool is_open = !closed_ && !slot.sealed;
        if (!is_open || !roll(slot, frame_size(encoded.payload.size())) ||
            !put_entry(slot, frame, Purpose::entry)) {
          lost_entries_.fetch_add(1, std::memory_order_relaxed);
          return false;
        }
        flush_drained(slot, Purpose::entry);
        entries_.fetch_add(1, std::memory_order_relaxed);
        return true;
      },
      lost_entries_);
  if (!kept) return false;
  for (auto* slot : all) {
    if (slot == own) continue;
    const std::lock_guard lock(slot->mutex);
    slot->pause();
    slot->roll_due = slot->segment != nullptr;
    slot->open_limit();
  }
  return true;
}

bool JournalCore::put_point(WriterSlot& slot, std::uint32_t series, std::int64_t step, double value,
                            std::int64_t time) {
  // Defining the series may roll over, after which it is not defined again.
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (!put_pending(slot) || !make_room(slot, k_record_size, Purpose::point)) return false;
    if (slot.hot->is_defined(series)) {
      slot.hot->put(point_head(series), static_cast<std::uint64_t>(step), time,
                    std::bit_cast<std::uint64_t>(value), crc_instruction_);
      slot.hot->points.fetch_add(1, std::memory_order_relaxed);
      return true;
    }
    if (!put_series(slot, series)) return false;
  }
  return false;
}

bool JournalCore::put_series(WriterSlot& slot, std::uint32_t series) {
  schemas::SeriesEntry entry{.index = series, .key = {}};
  std::size_t known = 0;
  {
    const std::lock_guard lock(mutex_);
    known = series_by_index_.size();
    if (series >= known) return false;
    entry.key = *series_by_index_[series];
  }
  const auto encoded = schemas::encode(entry);
  if (!put_entry(slot, {encoded.kind, encoded.version, encoded.payload}, Purpose::point))
    return false;
  if (slot.defined.size() * 64 < known) slot.defined.resize(round_up(known, 256) / 64);
  slot.defined[series / 64] |= std::uint64_t{1} << (series % 64);
  slot.hot->defined = slot.defined.data();
  slot.hot->defined_count = slot.defined.size() * 64;
  return true;
}

bool JournalCore::put_pending(WriterSlot& slot) {
  if (!slot.anchor_due) return true;
  slot.anchor_due = false;
  if (!slot.segment) return true;
  const auto anchor = TimeAnchor::now();
  const auto encoded = schemas::encode(schemas::AnchorEntry{anchor.monotonic, anchor.real});
  return put_entry(slot, {encoded.kind, encoded.version, encoded.payload}, Purpose::point);
}

bool JournalCore::put_entry(WriterSlot& slot, const Frame& frame, Purpose purpose) {
  if (frame.payload.size() > k_max_payload) return false;
  if (make_room(slot, frame_size(frame.payload.size()), purpose)) {
    write_frame(slot, frame);
    return true;
  }
  return purpose == Purpose::entry && put_in_reserve_of_others(slot, frame);
}

// A thread without a segment of its own still has to say how the run ended.
bool JournalCore::put_in_reserve_of_others(const WriterSlot& own, const Frame& frame) {
  for (auto* other : slots()) {
    if (other == &own) continue;
    const std::unique_lock lock(other->mutex,
                                std::try_to_lock);  // two threads here must not wait for each other
    if (!lock || other->sealed || !other->segment) continue;
    other->pause();
    const bool fits = other->fits(frame_size(frame.payload.size()), other->segment->capacity()) &&
                      populate_for(*other, frame_size(frame.payload.size()), Purpose::entry);
    if (fits) write_frame(*other, frame);
    other->open_limit();
    if (fits) return true;
  }
  return false;
}

void JournalCore::write_frame(WriterSlot& slot, const Frame& frame) {
  auto& hot = *slot.hot;
  const auto at = hot.offset.load(std::memory_order_relaxed);
  const auto seed = crc_seed(hot.salt, at);
  Slot first{.head = frame.kind | static_cast<std::uint32_t>(frame.version) << 8U,
             .a = frame.payload.size(),
             .time = clock_ns(clock_),
             .b = schemas::crc32c(frame.payload, seed) | (slot.directory / k_record_size) << 32U};
  first.crc = slot_crc(first, seed, crc_instruction_);
  std::memcpy(hot.base + at, &first, sizeof first);
  if (!frame.payload.empty())
    std::memcpy(hot.base + at + sizeof first, frame.payload.data(), frame.payload.size());
  hot.commit(at + frame_size(frame.payload.size()));
  if (is_directory_kind(frame.kind)) {
    slot.directory = at;
    slot.segment->set_directory(at);
  }
}

bool JournalCore::make_room(WriterSlot& slot, std::uint64_t bytes, Purpose purpose) {
  if (slot.sealed || closed_) return false;
  if ((!slot.roll_due && slot.fits(bytes, slot.points_end)) || roll(slot, bytes))
    return populate_for(slot, bytes, purpose);
  return purpose == Purpose::entry && slot.segment && slot.fits(bytes, slot.segment->capacity()) &&
         populate_for(slot, bytes, purpose);
}

bool JournalCore::populate_for(WriterSlot& slot, std::uint64_t bytes, Purpose purpose) {
  auto& segment = *slot.segment;
  const auto end = slot.hot->offset.load(std::memory_order_relaxed) + bytes;
  if (end <= segment.populated()) return true;
  slot.met_watermark = true;
  caller_populated_.fetch_add(1, std::memory_order_relaxed);
  // Far ahead where points come fast, and where they do not, near: what is populated is written to
  // disk.
  const auto now = clock_ns(CLOCK_MONOTONIC_COARSE);
  const bool fast = now - std::exchange(slot.populated_at, now) < k_fast;
  slot.ahead =
      fast ? std::min(slot.ahead * 2, std::max(slot.ahead, k_caller_ahead)) : k_first_ahead;
  const auto most = has_helper_ ? k_drain_window - std::min(bytes, k_drain_window) : 0;
  const auto ahead = std::min(slot.ahead, segment.drained_mode() ? most : k_caller_ahead);
  if (segment.populate(end + ahead, purpose) || segment.populate(end, purpose)) return true;
  out_of_room_ = errno == ENOSPC || errno == EDQUOT;
  fail(("cannot write '" + segment.path().string() + "': " + std::generic_category().message(errno))
           .c_str());
  return false;
}

// Without a helper nobody else would; entries are few and must not be lost.
void JournalCore::flush_drained(WriterSlot& slot, Purpose purpose) noexcept {
  if (flag_ == SegmentFlag::drained && slot.segment &&
      (purpose == Purpose::entry || !has_helper_)) {
    static_cast<void>(slot.segment->flush());
  }
}

void JournalCore::drop(WriterSlot& slot, std::uint64_t count) noexcept {
  dropped_.fetch_add(count, std::memory_order_relaxed);
  if (!slot.segment) {
    orphan_gap_.fetch_add(count, std::memory_order_relaxed);
    return;
  }
  slot.segment->add_dropped(count);
  slot.gap += count;
}

// Needs room, which a new segment and the reserve of an old one have.
void JournalCore::put_gap(WriterSlot& slot) {
  const auto orphans = orphan_gap_.exchange(0);
  const auto dropped = slot.gap + orphans;
  if (dropped == 0) return;
  schemas::GapEntry gap{
      .dropped = dropped, .reason = {}, .time = {clock_ns(CLOCK_REALTIME) / 1'000'000}};
  {
    const std::lock_guard lock(mutex_);
    gap.reason = last_error_.substr(0, 512);
  }
  const auto encoded = schemas::encode(gap);
  const auto size = frame_size(encoded.payload.size());
  if (!slot.fits(size, slot.segment->capacity()) || !populate_for(slot, size, Purpose::entry)) {
    orphan_gap_.fetch_add(orphans);
    return;
  }
  write_frame(slot, {encoded.kind, encoded.version, encoded.payload});
  slot.segment->add_dropped(orphans);
  slot.gap = 0;
}

}  // namespace track::storage::journal
