#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace track_test {

/// A number in a file that is mapped by the trainer, which counts, and by the test, which reads
/// it after the trainer was killed.
class Counter {
 public:
  /// Makes the file where it is not there.
  explicit Counter(const std::filesystem::path& path);
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter();

  void add() noexcept { value_->fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return value_->load(std::memory_order_relaxed);
  }
  /// Returns once it has passed `value`; false where `still_running` says no.
  template <typename StillRunning>
  bool wait_past(std::uint64_t value, StillRunning still_running) const {
    while (get() <= value) {
      if (!still_running()) return false;
    }
    return true;
  }

 private:
  std::atomic<std::uint64_t>* value_ = nullptr;
};

}  // namespace track_test
