#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace track::storage {

/// The one background thread of a run: ticks, and tasks in the order given.
///
/// All signals are blocked in it. It is an optimisation: whoever needs a task's result
/// must manage when the thread cannot start or, after fork, is gone.
///
/// Thread safety: any thread. Tasks must not throw; what they throw is swallowed.
class Helper final {
 public:
  /// `tick` runs about each millisecond while it answers that there was something to do, else
  /// less and less often, down to each 64 ms. One that answers nothing runs each millisecond.
  template <typename Tick>
  requires std::is_invocable_v<Tick&>
  explicit Helper(Tick tick) : Helper(std::in_place, answering(std::move(tick))) {}
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  /// Runs the tasks already posted, then joins; in a forked child does nothing.
  ~Helper();

  /// Whether the thread runs in this process.
  [[nodiscard]] bool running() const noexcept;
  /// False where there is no thread; the task is then not kept.
  bool post(std::function<void()> task);
  /// Waits until all tasks posted so far are done, at most `timeout_ms` (< 0: for ever).
  /// False on timeout or where there is no thread.
  bool drain(int timeout_ms = -1);

 private:
  class Impl;
  Helper(std::in_place_t, std::function<bool()> tick);

  template <typename Tick>
  static std::function<bool()> answering(Tick tick) {
    if constexpr (std::is_same_v<std::invoke_result_t<Tick&>, bool>) {
      return std::function<bool()>(std::move(tick));
    } else {
      return [tick = std::move(tick)]() mutable {
        tick();
        return true;
      };
    }
  }

  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
