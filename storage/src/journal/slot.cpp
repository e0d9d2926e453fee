#include "journal/slot.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#include "journal/fence.hpp"

namespace track::storage::journal {
namespace {

std::size_t page_size() noexcept { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

void WriterSlot::open_limit() noexcept {
  const bool open =
      segment && !sealed && !anchor_due && !roll_due && !decimates && has_heavy_fence();
  hot->limit.store(open ? std::min(segment->populated(), points_end) : 0,
                   std::memory_order_release);
}

void WriterSlot::pause() noexcept {
  hot->limit.store(0, std::memory_order_seq_cst);
  if (has_heavy_fence()) heavy_fence();
  wait_idle();
}

void WriterSlot::wait_idle() const noexcept {
  while (hot->busy.load(std::memory_order_acquire) != 0) sched_yield();
}

HotSlot* SlotArena::allocate() {
  const auto per_page = page_size() / sizeof(HotSlot);
  if (pages_.empty() || pages_.back().used == per_page) {
    pages_.reserve(pages_.size() + 1);
    void* memory =
        mmap(nullptr, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    // Where the kernel lacks it, the atfork handler does the same a little later.
    static_cast<void>(madvise(memory, page_size(), MADV_WIPEONFORK));
    pages_.push_back({static_cast<HotSlot*>(memory), 0});
  }
  auto& page = pages_.back();
  return std::construct_at(page.slots + page.used++);
}

SlotArena::~SlotArena() {
  for (const auto& page : pages_) munmap(page.slots, page_size());
}

}  // namespace track::storage::journal
