#include "track/storage/journal/writer.hpp"

#include <algorithm>
#include <utility>

#include "journal/core.hpp"
#include "journal/thread_slots.hpp"

namespace track::storage {

namespace {

// Where this thread last wrote, if that was in `core` and in this process.
journal::HotSlot* cached_slot(const journal::JournalCore& core) noexcept {
  const auto& cache = journal::thread_cache;
  return cache.writer == core.id() ? cache.hot : nullptr;
}

// No lock, no system call, no allocation: all that is rare is left to the slow path.
[[gnu::always_inline]] inline bool try_put(const journal::JournalCore& core, std::uint32_t series,
                                           std::int64_t step, double value,
                                           std::int64_t time) noexcept {
  auto* hot = cached_slot(core);
  if (hot == nullptr) [[unlikely]]
    return false;
  hot->enter();
  const auto limit = hot->limit.load(std::memory_order_acquire);
  const auto end = hot->offset.load(std::memory_order_relaxed) + journal::k_record_size;
  if (end > limit || !hot->is_defined(series)) [[unlikely]] {
    hot->exit();
    return false;
  }
  hot->put(journal::point_head(series), static_cast<std::uint64_t>(step), time,
           std::bit_cast<std::uint64_t>(value), core.crc_instruction());
  hot->points.store(hot->points.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  hot->exit();
  return true;
}

// As many as fit and are explained already, with one commit. Returns how many.
std::size_t put_many(const journal::JournalCore& core, std::int64_t step,
                     std::span<const SeriesValue> values, std::int64_t time) noexcept {
  auto* hot = cached_slot(core);
  if (hot == nullptr) return 0;
  hot->enter();
  const auto limit = hot->limit.load(std::memory_order_acquire);
  const auto start = hot->offset.load(std::memory_order_relaxed);
  const auto room = limit > start ? (limit - start) / journal::k_record_size : 0;
  const auto most = std::min<std::size_t>(room, values.size());
  std::size_t count = 0;
  for (; count < most && hot->is_defined(values[count].series); ++count) {
    hot->store(start + count * journal::k_record_size, journal::point_head(values[count].series),
               static_cast<std::uint64_t>(step), time,
               std::bit_cast<std::uint64_t>(values[count].value), core.crc_instruction());
  }
  if (count > 0) {
    hot->commit(start + count * journal::k_record_size);
    hot->points.store(hot->points.load(std::memory_order_relaxed) + count,
                      std::memory_order_relaxed);
  }
  hot->exit();
  return count;
}

}  // namespace

JournalWriter::JournalWriter(std::shared_ptr<journal::JournalCore> core) noexcept
    : core_(std::move(core)) {}

JournalWriter::~JournalWriter() { close(); }

std::unique_ptr<JournalWriter> JournalWriter::open(const JournalOptions& options) {
  return std::unique_ptr<JournalWriter>(new JournalWriter(journal::JournalCore::open(options)));
}

std::uint32_t JournalWriter::intern(const SeriesKey& key) { return core_->intern(key); }
std::uint32_t JournalWriter::intern(std::string_view name) { return core_->intern(name); }

std::optional<std::uint32_t> JournalWriter::find_interned(std::string_view name) const noexcept {
  const auto& cache = journal::thread_cache;
  if (cache.writer != core_->id()) return std::nullopt;
  const auto series = cache.names->find(name);
  if (series == journal::NameCache::k_unknown) return std::nullopt;
  return series;
}

bool JournalWriter::append_point(std::uint32_t series, std::int64_t step, double value) noexcept {
  auto& core = *core_;
  const auto time = journal::clock_ns(core.clock());
  if (try_put(core, series, step, value, time)) [[likely]]
    return true;
  return core.append_point(series, step, value, time);
}

std::size_t JournalWriter::append_points(std::int64_t step,
                                         std::span<const SeriesValue> values) noexcept {
  auto& core = *core_;
  const auto time = journal::clock_ns(core.clock());
  std::size_t kept = 0;
  while (!values.empty()) {
    const auto here = put_many(core, step, values, time);
    kept += here;
    values = values.subspan(here);
    if (values.empty()) break;
    kept += core.append_point(values.front().series, step, values.front().value, time) ? 1 : 0;
    values = values.subspan(1);
  }
  return kept;
}

bool JournalWriter::append(const schemas::JournalEntry& entry) noexcept {
  return core_->append(entry);
}
bool JournalWriter::append_between(const schemas::JournalEntry& entry) noexcept {
  return core_->append_between(entry);
}
void JournalWriter::sync() { core_->sync(); }
bool JournalWriter::service() noexcept { return core_->service(); }
void JournalWriter::close() noexcept { core_->close(); }
JournalStats JournalWriter::stats() const { return core_->stats(); }

}  // namespace track::storage
