#include "journal/fence.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace track::storage::journal {
namespace {

constinit std::atomic<bool> available = false;

bool call(int command) noexcept { return syscall(SYS_membarrier, command, 0, 0) == 0; }

}  // namespace

void register_fence() noexcept {
  available.store(call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED), std::memory_order_relaxed);
}

bool has_heavy_fence() noexcept { return available.load(std::memory_order_relaxed); }

void heavy_fence() noexcept {
  // The kernel fences the calling thread as well.
  static_cast<void>(call(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}

}  // namespace track::storage::journal
