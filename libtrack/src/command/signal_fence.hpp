#pragma once

#include <signal.h>
#include <sys/signalfd.h>

#include <optional>

#include "track/storage/file.hpp"

namespace track::detail {

/// While it lives, the signals that a program run for us should get come through a descriptor
/// instead of ending us. No handler is installed. Belongs to the thread that made it.
class SignalFence final {
 public:
  SignalFence();
  SignalFence(const SignalFence&) = delete;
  SignalFence& operator=(const SignalFence&) = delete;
  ~SignalFence();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  [[nodiscard]] std::optional<signalfd_siginfo> next() noexcept;
  /// What the program is to start with.
  [[nodiscard]] const sigset_t& mask_before() const noexcept { return before_; }

 private:
  sigset_t before_{};
  struct sigaction child_before_ {};
  storage::Fd descriptor_;
};

}  // namespace track::detail
