#include "journal/core.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

#include "journal/fence.hpp"
#include "journal/segment_packer.hpp"
#include "journal/thread_slots.hpp"

namespace track::storage::journal {
namespace {

constinit std::atomic<std::uint64_t> next_id = 1;

JournalOptions checked(JournalOptions options) {
  // Of a small cap several threads are to have their share.
  constexpr std::uint64_t k_shares = 16;
  if (options.cap != 0)
    options.first_segment = std::min<std::uint64_t>(options.first_segment, options.cap / k_shares);
  options.first_segment = std::max(options.first_segment, k_smallest_segment);
  options.max_segment = std::max(options.max_segment, options.first_segment);
  // The program may change its working directory between two segments.
  options.directory = std::filesystem::absolute(options.directory);
  return options;
}

}  // namespace

JournalCore::JournalCore(const JournalOptions& options)
    : options_(checked(options)),
      id_(next_id.fetch_add(1, std::memory_order_relaxed)),
      clock_(options.precise_time ? CLOCK_MONOTONIC : CLOCK_MONOTONIC_COARSE),
      crc_instruction_(has_crc_instruction()),
      pid_(getpid()),
      boot_(boot_id()),
      clock_offset_(TimeAnchor::now().offset()) {}

std::shared_ptr<JournalCore> JournalCore::open(const JournalOptions& options) {
  // Shared with the threads that hold a slot of it, which may end after the writer.
  std::shared_ptr<JournalCore> core(new JournalCore(options));
  create_directories(core->options_.directory, core->options_.directory_mode);
  if (options.drained || !is_local_file_system(core->options_.directory)) {
    core->flag_ = SegmentFlag::drained;
  }
  core->join();
  // Made now, so that a store that cannot be written to is known at once, and taken by the first to
  // append.
  auto* slot = core->take_slot();
  auto segment = core->allocate_segment(core->options_.first_segment);
  const auto salt = core->publish(*segment);
  {
    const std::lock_guard lock(slot->mutex);
    core->adopt(*slot, std::move(segment), salt);
    slot->open_limit();
  }
  core->hand_over(slot, core->id());
  return core;
}

JournalCore::~JournalCore() { leave(); }

std::uint32_t JournalCore::intern(const SeriesKey& key) {
  notice_fork();
  const std::lock_guard lock(mutex_);
  if (const auto found = series_.find(key); found != series_.end()) return found->second;
  auto full = key;
  full.labels.insert(options_.labels.begin(), options_.labels.end());
  auto found = series_.find(full);
  if (found == series_.end()) {
    if (series_by_index_.size() >= k_max_series) {
      throw Error(ErrorCode::usage,
                  "cannot log to '" + key.to_string() + "': a run holds at most 2^24 series");
    }
    // Before the map takes it, so that both have it or neither; not by one, which would copy all of
    // them each time.
    if (series_by_index_.size() == series_by_index_.capacity())
      series_by_index_.reserve(std::max<std::size_t>(2 * series_by_index_.size(), 64));
    const auto next = static_cast<std::uint32_t>(series_by_index_.size());
    found = series_.emplace(std::move(full), next).first;
    series_by_index_.push_back(&found->first);
  }
  const auto index = found->second;
  series_.emplace(key, index);  // found at once from now on, without its labels, too
  return index;
}

std::uint32_t JournalCore::intern(std::string_view name) {
  const auto series = intern(SeriesKey{std::string(name), {}});
  std::string_view kept;  // in a node of the map, which stays
  {
    const std::lock_guard lock(mutex_);
    kept = series_.find(name)->first.name;
  }
  remember_name(shared_from_this(), kept, series);
  return series;
}

WriterSlot* JournalCore::take_slot() {
  const std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    auto* slot = idle_.back();
    idle_.pop_back();
    return slot;
  }
  if (!room_) room_ = std::make_unique<Inherited>();
  idle_.reserve(slots_.size() + 1);  // so that hand_over() never allocates
  slots_.reserve(slots_.size() + 1);
  return slots_.emplace_back(std::make_unique<WriterSlot>(arena_.allocate())).get();
}

void JournalCore::hand_over(WriterSlot* slot, std::uint64_t writer) noexcept {
  notice_fork();
  const std::lock_guard lock(mutex_);
  if (writer == id()) idle_.push_back(slot);
}

JournalStats JournalCore::stats() const {
  JournalStats stats;
  const std::lock_guard lock(mutex_);
  for (const auto& slot : slots_) stats.points += slot->hot->points.load(std::memory_order_relaxed);
  stats.dropped = dropped_;
  stats.entries = entries_;
  stats.lost_entries = lost_entries_;
  stats.caller_populated = caller_populated_;
  stats.rollovers = rollovers_;
  stats.packed = packed_;
  stats.last_error = last_error_;
  return stats;
}

void JournalCore::close() noexcept {
  notice_fork();
  std::shared_ptr<Segment> spare;
  {
    const std::lock_guard lock(mutex_);
    if (closed_.exchange(true)) return;
    spare = std::move(spare_);
  }
  // No slot gets a segment from here on, so that `slots_` as it is now holds all there are.
  std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    auto& slot = *slots_[i];
    lock.unlock();
    seal(slot);
    lock.lock();
  }
}

void JournalCore::seal(WriterSlot& slot) noexcept {
  const std::lock_guard lock(slot.mutex);
  slot.pause();
  slot.sealed = true;
  if (!slot.segment) return;
  try {
    put_gap(slot);
    if (!slot.segment->seal()) {
      fail("cannot write the end of a journal segment");
      const auto lost = slot.segment->unwritten();
      dropped_.fetch_add(lost.points, std::memory_order_relaxed);
      lost_entries_.fetch_add(lost.entries, std::memory_order_relaxed);
    }
    slot.segment->give_back_rest();
    const std::lock_guard own(mutex_);
    retired_paths_.push_back(slot.segment->path());
  } catch (const std::exception& error) {
    fail(error.what());
  }
  slot.segment.reset();
}

void JournalCore::before_fork() noexcept { mutex_.lock(); }
void JournalCore::after_fork_in_parent() noexcept { mutex_.unlock(); }

void JournalCore::put_away_inherited() noexcept {
  idle_.clear();
  auto* packing = packing_.release();
  if (!room_) return;  // no slot was made in this process
  room_->slots = std::move(slots_);
  room_->spare = std::move(spare_);
  room_->retired = std::move(retired_);
  room_->retired_paths = std::move(retired_paths_);
  room_->to_pack = std::move(to_pack_);
  room_->packing = packing;
  room_->earlier = std::move(inherited_);
  inherited_ = std::move(room_);
}

void JournalCore::after_fork_in_child(bool locked) noexcept {
  if (locked) {
    mutex_.unlock();
  } else {
    std::construct_at(&mutex_);
  }
  std::construct_at(&service_mutex_);  // a helper of the parent may have held it
  id_.store(next_id.fetch_add(1, std::memory_order_relaxed), std::memory_order_relaxed);
  for (const auto& slot : slots_) slot->hot->limit.store(0, std::memory_order_relaxed);
  put_away_inherited();
  allocated_ = sequence_ = names_unsynced_ = packed_ = 0;
  pid_ = getpid();
  process_start_ = 0;
  has_helper_ = false;
  for (auto* counter :
       {&dropped_, &entries_, &lost_entries_, &caller_populated_, &rollovers_, &orphan_gap_}) {
    counter->store(0, std::memory_order_relaxed);
  }
  retry_at_ = retry_after_ = 0;
  pack_retry_at_ = 0;
  last_error_.clear();
}

}  // namespace track::storage::journal
