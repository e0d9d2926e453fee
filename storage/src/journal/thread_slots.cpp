#include "journal/thread_slots.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "journal/core.hpp"

namespace track::storage::journal {

constinit thread_local ThreadCache thread_cache __attribute__((tls_model("initial-exec")));

namespace {

class ThreadSlots final {
 public:
  ThreadSlots() = default;
  ThreadSlots(const ThreadSlots&) = delete;
  ThreadSlots& operator=(const ThreadSlots&) = delete;

  ~ThreadSlots() {
    thread_cache = {.exited = true};
    for (const auto& entry : entries_) {
      const auto core = entry.core.lock();
      if (core && entry.slot != nullptr) core->hand_over(entry.slot, entry.writer);
    }
  }

  WriterSlot* find_or_take(const std::shared_ptr<JournalCore>& core) {
    auto& entry = find(core);
    if (entry.slot == nullptr) {
      entry.slot = core->take_slot();
      thread_cache.hot = entry.slot->hot;
    }
    return entry.slot;
  }

  void remember_name(const std::shared_ptr<JournalCore>& core, std::string_view name,
                     std::uint32_t series) {
    find(core).names->insert(name, series);
  }

 private:
  struct Entry {
    std::uint64_t writer;
    std::weak_ptr<JournalCore> core;   // the writer may be closed before the thread ends
    WriterSlot* slot;                  // taken once it appends
    std::unique_ptr<NameCache> names;  // in a place of its own, which the cache points to
  };

  Entry& find(const std::shared_ptr<JournalCore>& core) {
    const auto writer = core->id();
    auto entry = std::find_if(entries_.begin(), entries_.end(),
                              [&](const Entry& e) { return e.writer == writer; });
    if (entry == entries_.end()) {
      std::erase_if(entries_, [](const Entry& e) {
        const auto other = e.core.lock();
        return !other || other->id() != e.writer;
      });
      entries_.reserve(entries_.size() + 1);
      entry = entries_.insert(entries_.end(),
                              Entry{writer, core, nullptr, std::make_unique<NameCache>()});
    }
    thread_cache.writer = writer;
    thread_cache.hot = entry->slot != nullptr ? entry->slot->hot : nullptr;
    thread_cache.names = entry->names.get();
    return *entry;
  }

  std::vector<Entry> entries_;
};

ThreadSlots& thread_slots() {
  static thread_local ThreadSlots slots;
  return slots;
}

}  // namespace

WriterSlot* thread_slot(const std::shared_ptr<JournalCore>& core) {
  return thread_cache.exited ? nullptr : thread_slots().find_or_take(core);
}

void remember_name(const std::shared_ptr<JournalCore>& core, std::string_view name,
                   std::uint32_t series) {
  if (!thread_cache.exited) thread_slots().remember_name(core, name, series);
}

}  // namespace track::storage::journal
