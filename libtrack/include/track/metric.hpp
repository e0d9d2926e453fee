#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "track/schemas/api.hpp"

namespace track {

namespace detail {
class RunCore;
}

/// A series of a run, open for logging: the hot path.
///
/// May outlive its Run; log() then returns false. Cheap to copy.
///
/// Thread safety: log() may be called from any thread; a handle may be shared.
class TRACK_API Metric {
 public:
  /// Belongs to no run: log() returns false.
  Metric() noexcept;
  Metric(const Metric&) noexcept;
  Metric(Metric&&) noexcept;
  Metric& operator=(const Metric&) noexcept;
  Metric& operator=(Metric&&) noexcept;
  ~Metric();

  /// Records `value` at `step`. Survives SIGKILL once it returns true.
  ///
  /// Never throws or allocates; blocks only to roll over. Returns false, and
  /// counts the point as dropped, where it could not be kept.
  template <typename Step, typename Number,
            std::enable_if_t<std::is_integral_v<Step> && std::is_arithmetic_v<Number>, int> = 0>
  bool log(Step step, Number value) noexcept {
    return append(static_cast<std::int64_t>(step), static_cast<double>(value));
  }

 private:
  friend class Run;
  Metric(std::shared_ptr<detail::RunCore> core, std::uint32_t series) noexcept;
  bool append(std::int64_t step, double value) noexcept;

  std::shared_ptr<detail::RunCore> core_;  // shared with the Run, which may end first
  std::uint32_t series_ = 0;
};

}  // namespace track
