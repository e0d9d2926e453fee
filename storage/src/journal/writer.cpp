#include "track/storage/journal/writer.hpp"

#include <algorithm>
#include <utility>

#include "journal/core.hpp"
#include "journal/thread_slots.hpp"

namespace track::storage {

class JournalWriter::Impl {
 public:
  explicit Impl(std::shared_ptr<journal::JournalCore> shared) noexcept : core(std::move(shared)) {}
  std::shared_ptr<journal::JournalCore> core;  // shared with the threads that hold a slot of it
};

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

JournalWriter::JournalWriter(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

JournalWriter::~JournalWriter() { close(); }

std::unique_ptr<JournalWriter> JournalWriter::open(const JournalOptions& options) {
  auto impl = std::make_unique<Impl>(journal::JournalCore::open(options));
  return std::unique_ptr<JournalWriter>(new JournalWriter(std::move(impl)));
}

std::uint32_t JournalWriter::intern(const SeriesKey& key) { return impl_->core->intern(key); }
std::uint32_t JournalWriter::intern(std::string_view name) { return impl_->core->intern(name); }

bool JournalWriter::append_point(std::uint32_t series, std::int64_t step, double value) noexcept {
  auto& core = *impl_->core;
  const auto time = journal::clock_ns(core.clock());
  if (try_put(core, series, step, value, time)) [[likely]]
    return true;
  return core.append_point(series, step, value, time);
}

std::size_t JournalWriter::append_points(std::int64_t step,
                                         std::span<const SeriesValue> values) noexcept {
  auto& core = *impl_->core;
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
  return impl_->core->append(entry);
}
void JournalWriter::sync() { impl_->core->sync(); }
bool JournalWriter::service() noexcept { return impl_->core->service(); }
void JournalWriter::close() noexcept { impl_->core->close(); }
JournalStats JournalWriter::stats() const { return impl_->core->stats(); }

}  // namespace track::storage
