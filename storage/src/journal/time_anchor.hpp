#pragma once

#include <cstdint>
#include <ctime>

namespace track::storage::journal {

[[nodiscard]] inline std::int64_t clock_ns(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/// One moment on the clock that records carry and on the clock that people read.
struct TimeAnchor {
  std::int64_t monotonic = 0;
  std::int64_t real = 0;

  [[nodiscard]] static TimeAnchor now() noexcept {
    TimeAnchor best;
    std::int64_t best_width = INT64_MAX;
    // A preemption between the readings would shift all times of the segment.
    for (int attempt = 0; attempt < 3 && best_width > 20'000; ++attempt) {
      const auto before = clock_ns(CLOCK_MONOTONIC);
      const auto real = clock_ns(CLOCK_REALTIME);
      const auto width = clock_ns(CLOCK_MONOTONIC) - before;
      if (width >= best_width) continue;
      best_width = width;
      best = {before + width / 2, real};
    }
    return best;
  }
  [[nodiscard]] std::int64_t offset() const noexcept { return real - monotonic; }
  /// Real milliseconds of a monotonic time; wraps rather than overflows on hostile input.
  [[nodiscard]] std::int64_t to_ms(std::int64_t time) const noexcept {
    const auto ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) +
                                              static_cast<std::uint64_t>(real) -
                                              static_cast<std::uint64_t>(monotonic));
    return ns >= 0 ? ns / 1'000'000 : -((-(ns + 1)) / 1'000'000) - 1;
  }
};

}  // namespace track::storage::journal
