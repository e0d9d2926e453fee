#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "command/child_process.hpp"
#include "command/output_tee.hpp"
#include "command/signal_fence.hpp"
#include "command/terminal_link.hpp"

namespace track::detail {

/// Stands between a running program and ourselves until it ended: passes its output on, and our
/// signals and, over a pseudo-terminal, our input to it.
class ProgramLoop final {
 public:
  struct Streams {
    storage::Fd output;  ///< read ends; one that is closed is left alone
    storage::Fd error;
  };

  /// The references outlive this. `link` is nullptr where there is no pseudo-terminal.
  ProgramLoop(pid_t program, Streams streams, TerminalLink* link, SignalFence& signals,
              OutputTee& tee);

  /// Waits until the program has ended; gives how. After `timeout_s` it is told to.
  [[nodiscard]] ChildEnd run(const std::optional<double>& timeout_s);
  [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool ended();
  void wait_for_something();
  void pass_signals();
  void forward(int signal) noexcept;
  /// Reads what is there. Closes `from` at its end, or where nobody wants more.
  void pass_output(storage::Fd& from, int stream);
  bool pass_master();
  void pass_input();
  void check_time();

  pid_t program_;
  Streams streams_;
  TerminalLink* link_;
  SignalFence& signals_;
  OutputTee& tee_;
  bool master_open_ = false;
  bool input_open_ = false;
  std::string pending_input_;  // the program has not taken yet
  std::optional<Time> deadline_;
  bool timed_out_ = false;
  ChildEnd end_;
};

}  // namespace track::detail
