#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

#include "journal/core.hpp"

namespace track::storage::journal {
namespace {

constexpr std::uint64_t k_most_ahead = 4UL << 20U;
constexpr std::uint64_t k_piece = 256UL << 10U;
constexpr std::int64_t k_second = 1'000'000'000;
constexpr std::int64_t k_clock_was_set =
    10'000'000;  // ns; more than reading two clocks can differ by

}  // namespace

std::vector<WriterSlot*> JournalCore::slots() const {
  std::vector<WriterSlot*> all;
  const std::lock_guard lock(mutex_);
  all.reserve(slots_.size());
  for (const auto& slot : slots_) all.push_back(slot.get());
  return all;
}

bool JournalCore::service() noexcept {
  notice_fork();
  const std::unique_lock turn(service_mutex_, std::try_to_lock);
  if (!turn || closed_) return false;
  has_helper_.store(true, std::memory_order_relaxed);
  bool worked = false;
  try {
    for (auto* slot : slots()) worked |= serve_slot(*slot);
    const bool others_wait = worked;
    worked |= serve_retired();
    worked |= serve_packing(others_wait);
    const auto now = clock_ns(CLOCK_MONOTONIC_COARSE);
    if (now >= next_second_) serve_each_second(now);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  return worked;
}

bool JournalCore::serve_slot(WriterSlot& slot) {
  std::shared_ptr<Segment> segment;
  std::uint64_t ahead = 0;
  {
    const std::lock_guard lock(slot.mutex);
    if (!slot.segment || slot.sealed) return false;
    segment = slot.segment;
    if (std::exchange(slot.met_watermark, false))
      slot.ahead = std::min(slot.ahead * 2, k_most_ahead);
    ahead = slot.ahead;
  }
  bool worked = segment->drop_written();
  if (!segment->flush()) fail(("cannot write '" + segment->path().string() + "'").c_str());
  const auto committed = segment->committed();
  const auto most = segment->drained_mode() ? k_drain_window : k_most_ahead;
  const auto wanted = std::min(committed + std::min(ahead, most), segment->capacity());
  const bool low = segment->populated() < committed + (wanted - committed) / 2;
  worked |= low;
  // In pieces: a caller that meets the watermark meanwhile waits for one.
  while (low && segment->populated() < wanted) {
    if (!segment->populate(std::min(wanted, segment->populated() + k_piece), Purpose::point)) break;
    const std::lock_guard lock(slot.mutex);
    if (slot.segment != segment) break;
    slot.open_limit();
  }
  if (committed > segment->capacity() / 2)
    worked |= make_spare(capacity_after(segment->capacity()));
  return worked;
}

// Its failure is no loss: whoever needs a segment tries again, and says so.
bool JournalCore::make_spare(std::uint64_t capacity) noexcept {
  const auto now = clock_ns(CLOCK_MONOTONIC_COARSE);
  if (flag_ == SegmentFlag::drained || now < spare_retry_at_) return false;
  try {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || (spare_ && spare_->capacity() >= capacity)) return false;
    }
    auto segment = allocate_segment(capacity);
    segment->populate(256UL << 10U, Purpose::point);
    const std::lock_guard lock(mutex_);
    if (spare_) allocated_ -= std::min(allocated_, spare_->capacity());
    if (!closed_) std::swap(spare_, segment);
    return true;
  } catch (const std::exception&) {
    spare_retry_at_ = now + k_second;
    return false;
  }
}

// Unmaps what was rolled over; its content is synced by name.
bool JournalCore::serve_retired() {
  std::vector<std::shared_ptr<Segment>> retired;
  {
    const std::lock_guard lock(mutex_);
    if (retired_.empty()) return false;
    retired_paths_.reserve(retired_paths_.size() + retired_.size());
    for (const auto& segment : retired_) retired_paths_.push_back(segment->path());
    retired = std::move(retired_);
    retired_.clear();
  }
  return true;
}

void JournalCore::serve_each_second(std::int64_t now) {
  next_second_ = now + k_second;
  check_clock();
  check_removed(slots());
  if (options_.periodic_sync) {
    sync_all();
    next_second_ =
        clock_ns(CLOCK_MONOTONIC_COARSE) + k_second;  // a slow disk is not asked all the time
  }
}

// After a suspend, or when somebody sets the clock, old anchors would date new records wrongly.
void JournalCore::check_clock() {
  const auto offset = TimeAnchor::now().offset();
  if (std::abs(offset - clock_offset_) < k_clock_was_set) return;
  clock_offset_ = offset;
  for (auto* slot : slots()) {
    const std::lock_guard lock(slot->mutex);
    slot->anchor_due = slot->segment != nullptr;
    slot->open_limit();
  }
}

void JournalCore::check_removed(const std::vector<WriterSlot*>& all) {
  for (auto* slot : all) {
    std::shared_ptr<Segment> segment;
    {
      const std::lock_guard lock(slot->mutex);
      segment = slot->segment;
    }
    if (!segment || !segment->is_removed()) continue;
    fail(("cannot append to '" + segment->path().string() + "': somebody removed it").c_str());
    const std::lock_guard lock(slot->mutex);
    if (slot->segment != segment) continue;
    slot->pause();
    slot->segment.reset();  // the next append tries to make another
  }
}

void JournalCore::sync() {
  notice_fork();
  sync_all();
}

void JournalCore::sync_all() {
  for (auto* slot : slots()) {
    std::shared_ptr<Segment> segment;
    {
      const std::lock_guard lock(slot->mutex);
      segment = slot->segment;
    }
    if (segment) segment->sync();
  }
  std::vector<std::filesystem::path> paths;
  std::vector<std::shared_ptr<Segment>> mapped;
  std::uint64_t names = 0;
  {
    const std::lock_guard lock(mutex_);
    paths = retired_paths_;
    mapped = retired_;
    names = names_unsynced_;
  }
  for (const auto& segment : mapped) segment->sync();
  bool renamed = false;
  for (const auto& path : paths) renamed |= sync_by_path(path);
  if (names != 0 || renamed) {
    sync_directory(options_.directory);
    sync_directory(options_.directory.parent_path());
  }
  const std::lock_guard lock(mutex_);
  names_unsynced_ -= std::min(names, names_unsynced_);
  std::erase_if(retired_paths_, [&](const auto& path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
  });
}

// One that is gone was ingested, and is durable in the catalog.
bool JournalCore::sync_by_path(const std::filesystem::path& path) {
  const auto file = open_if_exists(path, O_RDWR);
  if (!file) return false;
  sync_file(file->get(), path);
  std::array<char, k_magic.size()> magic{};
  if (read_at(file->get(), std::as_writable_bytes(std::span(magic)), 0, path) == magic.size() &&
      magic != k_magic) {
    return true;  // packed just now, by a rename that may not be durable yet
  }
  std::uint64_t committed = 0;
  const auto bytes = std::as_writable_bytes(std::span(&committed, 1));
  if (read_at(file->get(), bytes, k_committed_at, path) != bytes.size()) return false;
  // Only tells a reader after a crash what it may expect: nothing depends on it.
  static_cast<void>(pwrite(file->get(), &committed, sizeof committed, k_durable_at));
  return false;
}

}  // namespace track::storage::journal
