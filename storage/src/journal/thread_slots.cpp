#include "journal/thread_slots.hpp"

#include <algorithm>
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
    thread_cache = {.writer = 0, .hot = nullptr, .exited = true};
    for (const auto& entry : entries_) {
      if (const auto core = entry.core.lock()) core->hand_over(entry.slot, entry.writer);
    }
  }

  WriterSlot* find_or_take(const std::shared_ptr<JournalCore>& core) {
    const auto writer = core->id();
    auto entry = std::find_if(entries_.begin(), entries_.end(),
                              [&](const Entry& e) { return e.writer == writer; });
    if (entry == entries_.end()) {
      std::erase_if(entries_, [](const Entry& e) {
        const auto other = e.core.lock();
        return !other || other->id() != e.writer;
      });
      entries_.reserve(entries_.size() + 1);
      entry = entries_.insert(entries_.end(), Entry{writer, core, core->take_slot()});
    }
    thread_cache.writer = writer;
    thread_cache.hot = entry->slot->hot;
    return entry->slot;
  }

 private:
  struct Entry {
    std::uint64_t writer;
    std::weak_ptr<JournalCore> core;  // the writer may be closed before the thread ends
    WriterSlot* slot;
  };
  std::vector<Entry> entries_;
};

}  // namespace

WriterSlot* thread_slot(const std::shared_ptr<JournalCore>& core) {
  if (thread_cache.exited) return nullptr;
  static thread_local ThreadSlots slots;
  return slots.find_or_take(core);
}

}  // namespace track::storage::journal
