#include "track/storage/journal/writer.hpp"

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
  for (const auto& [series, value] : values) {
    const bool here = try_put(core, series, step, value, time);
    kept += here || core.append_point(series, step, value, time) ? 1 : 0;
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
