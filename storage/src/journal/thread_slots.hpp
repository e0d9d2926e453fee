#pragma once

#include <cstdint>
#include <memory>

#include "journal/name_cache.hpp"
#include "journal/slot.hpp"

namespace track::storage::journal {

class JournalCore;

/// The slot that this thread used last. Plain data: no guard, no allocation, valid even while
/// other thread-local objects are destroyed.
struct ThreadCache {
  std::uint64_t writer = 0;          ///< JournalCore::id(), never reused; 0: none
  HotSlot* hot = nullptr;            ///< null where it has appended nothing
  const NameCache* names = nullptr;  ///< of that writer
  bool exited = false;  ///< the thread has handed its slots over and may not take new ones
};

// The model spares a function call for each point where this is in a shared library; it is small
// enough for the room that the loader keeps for libraries that are loaded late.
extern constinit thread_local ThreadCache thread_cache __attribute__((tls_model("initial-exec")));

/// This thread's slot of `core`, taken from it where there is none yet; handed back when the thread
/// ends. Null where the thread is ending. Throws std::bad_alloc.
[[nodiscard]] WriterSlot* thread_slot(const std::shared_ptr<JournalCore>& core);

/// Lets this thread find `series` by its name without a lock from now on; `name` lives as long as
/// the core. A thread that is ending learns nothing. Throws std::bad_alloc.
void remember_name(const std::shared_ptr<JournalCore>& core, std::string_view name,
                   std::uint32_t series);

}  // namespace track::storage::journal
