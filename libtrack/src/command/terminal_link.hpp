#pragma once

#include <sys/types.h>
#include <termios.h>

#include <optional>
#include <string>

#include "track/storage/file.hpp"

namespace track::detail {

/// A pseudo-terminal between our own terminal and a program, so that the program behaves as
/// without us. Ours is raw while this lives and is put back with it.
class TerminalLink final {
 public:
  /// Nothing where standard input and output are not both terminals, where we are in the background
  /// of ours, or where none can be made.
  [[nodiscard]] static std::optional<TerminalLink> make();
  TerminalLink(TerminalLink&& other) noexcept;
  TerminalLink& operator=(TerminalLink&&) = delete;
  ~TerminalLink();

  /// Our end: what the program prints can be read here.
  [[nodiscard]] int master() const noexcept { return master_.get(); }
  /// The program's end.
  [[nodiscard]] int terminal() const noexcept { return terminal_.get(); }
  void close_terminal() noexcept { terminal_ = storage::Fd(); }

  /// Gives the program's end the size of ours.
  void copy_size() const noexcept;
  /// Makes our terminal raw if we are in its foreground. False while somebody else has it: reading
  /// it would stop us.
  bool take_terminal() noexcept;
  [[nodiscard]] bool has_terminal() const noexcept { return raw_; }
  void restore() noexcept;

  /// Takes the key that suspends, Ctrl-Z, out of what was typed where it means that `program` is to
  /// stop: it is alone in the foreground of its terminal, and does as it pleases with no SIGTSTP.
  [[nodiscard]] bool take_suspend(std::string& typed, pid_t program) const;
  /// Stops `program` and then us, with whatever shares our process group, until we are continued.
  void suspend(pid_t program) noexcept;
  /// Lets `program` go on, with our terminal if we are in the foreground again.
  void resume(pid_t program) noexcept;

 private:
  TerminalLink() = default;

  storage::Fd master_;
  storage::Fd terminal_;
  termios before_{};
  bool raw_ = false;
};

}  // namespace track::detail
