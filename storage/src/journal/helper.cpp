#include "track/storage/journal/helper.hpp"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <deque>
#include <mutex>
#include <utility>

#include "journal/fork_guard.hpp"

namespace track::storage {
namespace {

constexpr int k_busy_ms = 1;
constexpr int k_idle_ms = 64;

timespec deadline_after(int ms) noexcept {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += ms / 1000;
  at.tv_nsec += static_cast<long>(ms % 1000) * 1'000'000;
  if (at.tv_nsec >= 1'000'000'000) {
    ++at.tv_sec;
    at.tv_nsec -= 1'000'000'000;
  }
  return at;
}

// Unlike a condition variable it can be destroyed in a forked child whose parent's thread waits on
// it.
class Semaphore final {
 public:
  Semaphore() noexcept { sem_init(&semaphore_, 0, 0); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore() { sem_destroy(&semaphore_); }

  void post() noexcept { sem_post(&semaphore_); }
  /// False on timeout; a negative one waits for ever.
  bool wait(int timeout_ms) noexcept {
    const auto deadline = deadline_after(std::max(timeout_ms, 0));
    for (;;) {
      const int result =
          timeout_ms < 0 ? sem_wait(&semaphore_) : sem_timedwait(&semaphore_, &deadline);
      if (result == 0) return true;
      if (errno != EINTR) return false;
    }
  }

 private:
  sem_t semaphore_;
};

}  // namespace

class Helper::Impl final : public journal::ForkMember {
 public:
  explicit Impl(std::function<bool()> tick)
      : tick_(std::move(tick)), generation_(journal::process_generation()) {
    join();
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all,
                    &before);  // the thread inherits the mask: no handler ever runs in it
    started_ = pthread_create(&thread_, nullptr, &Impl::enter, this) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() override {
    leave();
    if (!running()) return;
    stop_.store(true, std::memory_order_release);
    wake_.post();
    pthread_join(thread_, nullptr);
  }

  void before_fork() noexcept override { mutex_.lock(); }
  void after_fork_in_parent() noexcept override { mutex_.unlock(); }
  void after_fork_in_child(bool locked) noexcept override {
    if (locked) {
      mutex_.unlock();
    } else {
      std::construct_at(&mutex_);
    }
  }

  [[nodiscard]] bool running() const noexcept {
    return started_ && generation_ == journal::process_generation();
  }

  bool post(std::function<void()> task) {
    if (!running()) return false;
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.post();
    return true;
  }

 private:
  static void* enter(void* self) noexcept {
    pthread_setname_np(pthread_self(), "track-helper");
    static_cast<Impl*>(self)->loop();
    return nullptr;
  }

  void loop() noexcept {
    int pause_ms = k_busy_ms;
    for (;;) {
      const bool stopping = stop_.load(std::memory_order_acquire);
      const bool worked = run_tasks() | run_tick();
      if (stopping) return;  // the tasks that were posted before are done
      pause_ms = worked ? k_busy_ms : std::min(pause_ms * 2, k_idle_ms);
      if (wake_.wait(pause_ms)) pause_ms = k_busy_ms;
    }
  }

  bool run_tick() noexcept {
    try {
      return tick_ && tick_();
    } catch (...) {
      return false;
    }
  }

  bool run_tasks() noexcept {
    bool any = false;
    for (;;) {
      std::function<void()> task;
      {
        const std::lock_guard lock(mutex_);
        if (tasks_.empty()) return any;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      any = true;
      try {
        task();
      } catch (...) {  // said in the interface: whoever posted it wanted no answer
      }
    }
  }

  std::function<bool()> tick_;
  std::uint64_t generation_;
  bool started_ = false;
  pthread_t thread_{};
  std::atomic<bool> stop_ = false;
  Semaphore wake_;
  std::mutex mutex_;  // guards tasks_
  std::deque<std::function<void()>> tasks_;
};

Helper::Helper(std::in_place_t, std::function<bool()> tick)
    : impl_(std::make_unique<Impl>(std::move(tick))) {}
Helper::~Helper() = default;

bool Helper::running() const noexcept { return impl_->running(); }
bool Helper::post(std::function<void()> task) { return impl_->post(std::move(task)); }

bool Helper::drain(int timeout_ms) {
  // Shared with the task, which may run after a timeout.
  const auto done = std::make_shared<Semaphore>();
  return impl_->post([done] { done->post(); }) && done->wait(timeout_ms);
}

}  // namespace track::storage
