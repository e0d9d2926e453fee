#include "journal/fork_guard.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include "journal/fence.hpp"

namespace track::storage::journal {

// Process-wide because fork() is. Everything here is constant-initialised and never destroyed,
// so it serves objects of static storage duration as well.
class ForkRegistry final {
 public:
  void start() noexcept {
    std::call_once(started_, [this] {
      map_page();
      register_fence();
      pthread_atfork([] { instance().prepare(); }, [] { instance().parent(); },
                     [] { instance().child(); });
    });
  }

  static ForkRegistry& instance() noexcept {
    static constinit ForkRegistry registry;
    return registry;
  }

  std::uint64_t generation() noexcept {
    const auto* alive = alive_.load(std::memory_order_acquire);
    if (alive != nullptr && alive->load(std::memory_order_relaxed) == 0) reset();
    return generation_.load(std::memory_order_relaxed);
  }

  int watch(int fd) noexcept {
    for (std::size_t place = 0; place < watched_.size(); ++place) {
      int none = 0;
      if (watched_[place].compare_exchange_strong(none, fd + 1, std::memory_order_relaxed)) {
        return static_cast<int>(place);
      }
    }
    return -1;
  }
  void forget(int place) noexcept {
    watched_[static_cast<std::size_t>(place)].store(0, std::memory_order_relaxed);
  }

  void lock() { mutex_.lock(); }
  void unlock() noexcept { mutex_.unlock(); }

  void link(ForkMember& member) noexcept {
    member.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &member;
    first_ = &member;
    member.linked_ = true;
  }

  void unlink(ForkMember& member) noexcept {
    const std::lock_guard lock(mutex_);
    if (!member.linked_) return;
    (member.previous_ != nullptr ? member.previous_->next_ : first_) = member.next_;
    if (member.next_ != nullptr) member.next_->previous_ = member.previous_;
    member.next_ = member.previous_ = nullptr;
    member.linked_ = false;
  }

 private:
  void map_page() noexcept {
    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (madvise(page, size, MADV_WIPEONFORK) != 0) {
      munmap(page, size);
      return;
    }
    auto* alive = new (page) std::atomic<std::uint64_t>(1);
    alive_.store(alive, std::memory_order_release);
  }

  void prepare() noexcept {
    mutex_.lock();
    for (auto* member = first_; member != nullptr; member = member->next_) member->before_fork();
    prepared_ = true;
    prepared_generation_ = generation_.load(std::memory_order_relaxed);
  }

  void parent() noexcept {
    prepared_ = false;
    for (auto* member = first_; member != nullptr; member = member->next_)
      member->after_fork_in_parent();
    mutex_.unlock();
  }

  // Another library's atfork handler may have logged, and so reset, before ours.
  void child() noexcept {
    if (generation_.load(std::memory_order_relaxed) == prepared_generation_) reset();
  }

  void reset() noexcept {
    const bool locked = prepared_;
    prepared_ = false;
    generation_.fetch_add(1, std::memory_order_relaxed);
    if (auto* alive = alive_.load(std::memory_order_relaxed))
      alive->store(1, std::memory_order_relaxed);
    register_fence();
    for (auto& watched : watched_) {
      if (const int fd = watched.exchange(0, std::memory_order_relaxed) - 1; fd >= 0) close(fd);
    }
    for (auto* member = first_; member != nullptr; member = member->next_)
      member->after_fork_in_child(locked);
    if (locked) {
      mutex_.unlock();
    } else {
      std::construct_at(&mutex_);
    }
  }

  std::array<std::atomic<int>, 64> watched_{};  // descriptors plus one; 0: a free place
  std::mutex mutex_;                            // guards the list
  std::once_flag started_;
  std::atomic<std::atomic<std::uint64_t>*> alive_ = nullptr;  // on a page that a child finds zeroed
  std::atomic<std::uint64_t> generation_ = 1;
  ForkMember* first_ = nullptr;
  bool prepared_ = false;
  std::uint64_t prepared_generation_ = 0;
};

ForkMember::~ForkMember() { leave(); }

void ForkMember::leave() noexcept {
  if (linked_) ForkRegistry::instance().unlink(*this);
}

ForkMember::Hold::Hold() {
  ForkRegistry::instance().start();
  ForkRegistry::instance().lock();
}
ForkMember::Hold::~Hold() { ForkRegistry::instance().unlock(); }

void ForkMember::link() noexcept { ForkRegistry::instance().link(*this); }

bool ForkClosed::watch(int fd) noexcept {
  forget();
  place_ = ForkRegistry::instance().watch(fd);
  generation_ = process_generation();
  return place_ >= 0;
}

void ForkClosed::forget() noexcept {
  const int place = std::exchange(place_, -1);
  if (place >= 0 && generation_ == process_generation()) ForkRegistry::instance().forget(place);
}

std::uint64_t process_generation() noexcept { return ForkRegistry::instance().generation(); }

}  // namespace track::storage::journal
