#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/journal/live.hpp"

#include "journal/core.hpp"

namespace track::storage::journal {
namespace {

constexpr std::int64_t k_first_retry =
    50'000'000;  // ns; a full disk must not cost a loop system calls
constexpr std::int64_t k_last_retry = 1'000'000'000;
constexpr std::size_t k_mapped_retired = 2;

// Room that only entries may use: params, gaps and the end fit even where no new segment can be
// had.
std::uint64_t reserve_of(std::uint64_t capacity) noexcept {
  return std::clamp<std::uint64_t>(capacity / 16, 4UL << 10U, 16UL << 10U);
}

std::uint64_t capacity_for(std::uint64_t bytes, std::uint64_t wanted) noexcept {
  const auto needed = k_header_size + bytes;
  return std::max(wanted, needed + reserve_of(needed * 2));
}

}  // namespace

std::uint64_t JournalCore::capacity_after(std::uint64_t capacity) const noexcept {
  const auto doubled =
      std::clamp<std::uint64_t>(capacity * 2, options_.first_segment, options_.max_segment);
  if (!options_.decimate || options_.cap == 0) return doubled;
  const std::lock_guard lock(mutex_);
  const auto left = options_.cap - std::min(allocated_, options_.cap);
  // Small enough that every thread gets another, and another.
  const auto share = left / (2 * (slots_.size() + 1));
  return std::min(doubled, std::max<std::uint64_t>(share, k_smallest_segment));
}

bool JournalCore::is_cap_near() const noexcept {
  const std::lock_guard lock(mutex_);
  return options_.decimate && options_.cap != 0 && allocated_ >= options_.cap / 2;
}

bool JournalCore::roll(WriterSlot& slot, std::uint64_t bytes) noexcept {
  const auto now = clock_ns(CLOCK_MONOTONIC_COARSE);
  if (now < retry_at_.load(std::memory_order_relaxed)) return false;
  try {
    auto segment = next_segment(slot, bytes);
    std::uint32_t salt = 0;
    try {
      salt = publish(*segment);
    } catch (...) {
      release_segment(*segment);
      throw;
    }
    adopt(slot, std::move(segment), salt);
    slot.decimates = is_cap_near();
    slot.stage_left = 0;
    if (slot.decimates) fail("the cap is near: points are decimated");
    retry_after_.store(0, std::memory_order_relaxed);
    return true;
  } catch (const Error& error) {
    out_of_room_ = error.code() == ErrorCode::no_space;
    fail(error.what());
  } catch (const std::exception& error) {
    out_of_room_ = false;
    fail(error.what());
  }
  const auto wait =
      std::clamp(retry_after_.load(std::memory_order_relaxed) * 2, k_first_retry, k_last_retry);
  retry_after_.store(wait, std::memory_order_relaxed);
  retry_at_.store(now + wait, std::memory_order_relaxed);
  return false;
}

// One that was left half empty was not too small.
std::uint64_t JournalCore::capacity_after(const WriterSlot& slot) const noexcept {
  if (!slot.segment) return options_.first_segment;
  const auto capacity = slot.segment->capacity();
  const bool is_roomy = slot.hot->offset.load(std::memory_order_relaxed) < capacity / 2;
  return is_roomy ? capacity : capacity_after(capacity);
}

std::shared_ptr<Segment> JournalCore::next_segment(const WriterSlot& slot, std::uint64_t bytes) {
  const auto after = capacity_after(slot);
  const auto wanted = capacity_for(bytes, after);
  const auto smallest =
      capacity_for(bytes, options_.cap != 0 ? k_smallest_segment : options_.first_segment);
  {
    const std::lock_guard lock(mutex_);
    if (slot.segment && spare_ && spare_->capacity() >= smallest)
      return std::exchange(spare_, nullptr);
  }
  try {
    return allocate_segment(wanted);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_space || smallest >= wanted) throw;
  }
  return allocate_segment(smallest);  // what little space there is
}

std::shared_ptr<Segment> JournalCore::allocate_segment(std::uint64_t capacity) {
  capacity = round_up(capacity, k_header_size);
  {
    const std::lock_guard lock(mutex_);
    if (options_.cap != 0 && allocated_ + capacity > options_.cap) {
      throw Error(ErrorCode::no_space, "cannot make a journal segment in '" +
                                           options_.directory.string() + "': the cap of " +
                                           std::to_string(options_.cap) + " bytes is reached");
    }
    allocated_ += capacity;
  }
  try {
    return Segment::create(options_.directory, capacity, options_.file_mode, flag_);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    allocated_ -= capacity;
    throw;
  }
}

void JournalCore::release_segment(const Segment& segment) noexcept {
  const std::lock_guard lock(mutex_);
  allocated_ -= std::min(allocated_, segment.capacity());
}

std::uint32_t JournalCore::publish(Segment& segment) {
  FixedHeader header;
  const auto id = Uuid::random();
  const auto salt = Uuid::random();
  header.segment = id.bytes;
  std::memcpy(&header.salt, salt.bytes.data(), sizeof header.salt);
  put_text(header.run, options_.run.value);
  put_text(header.host, options_.host);
  header.thread = syscall(SYS_gettid);
  header.rank = options_.rank;
  header.attempt = options_.attempt;
  const auto anchor = TimeAnchor::now();
  header.anchor_monotonic = anchor.monotonic;
  header.anchor_real = anchor.real;

  // A number is taken only by a segment that is there: readers take a gap for a segment that went
  // away.
  const std::lock_guard lock(mutex_);
  if (closed_)
    throw Error(ErrorCode::usage,
                "cannot append to '" + options_.directory.string() + "': it is closed");
  put_text(header.boot, boot_);
  header.pid = pid_;
  if (process_start_ == 0) process_start_ = process_start_ticks(getpid());
  header.process_start = process_start_;
  header.sequence = sequence_;
  segment.publish(header);
  ++sequence_;
  ++names_unsynced_;
  return header.salt;
}

void JournalCore::adopt(WriterSlot& slot, std::shared_ptr<Segment> segment, std::uint32_t salt) {
  auto& hot = *slot.hot;
  hot.limit.store(0, std::memory_order_relaxed);
  auto old = std::exchange(slot.segment, std::move(segment));
  hot.base = slot.segment->base();
  hot.salt = salt;
  hot.offset.store(k_header_size, std::memory_order_relaxed);
  std::fill(slot.defined.begin(), slot.defined.end(), 0);
  slot.directory = 0;
  slot.anchor_due = false;
  slot.roll_due = false;
  slot.points_end = slot.segment->capacity() - reserve_of(slot.segment->capacity());
  slot.ahead = std::max(slot.ahead, k_first_ahead);
  if (!slot.segment->drained_mode()) slot.segment->populate(slot.ahead, Purpose::point);
  if (old) {
    rollovers_.fetch_add(1, std::memory_order_relaxed);
    if (!old->seal()) fail(("cannot write the end of '" + old->path().string() + "'").c_str());
    retire(std::move(old));
  }
  put_gap(slot);
}

void JournalCore::retire(std::shared_ptr<Segment> segment) {
  std::shared_ptr<Segment> oldest;  // unmapped after the lock is given back
  const std::lock_guard lock(mutex_);
  if (flag_ == SegmentFlag::mapped && options_.pack_from != 0 &&
      segment->capacity() >= options_.pack_from) {
    to_pack_.push_back(segment->path());
  }
  retired_.push_back(std::move(segment));
  if (retired_.size() <= k_mapped_retired) return;
  // Nobody serves: remember what is to be synced by its name alone.
  retired_paths_.push_back(retired_.front()->path());
  oldest = std::move(retired_.front());
  retired_.erase(retired_.begin());
}

void JournalCore::fail(const char* what) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    last_error_ = what;
  } catch (const std::bad_alloc&) {
    return;  // the counters still tell
  }
}

}  // namespace track::storage::journal
