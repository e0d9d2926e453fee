#pragma once

#include <termios.h>

#include <optional>

#include "track/storage/file.hpp"

namespace track::detail {

/// A pseudo-terminal between our own terminal and a program, so that the program behaves as
/// without us. Ours is raw while this lives and is put back with it.
class TerminalLink final {
 public:
  /// Nothing where standard input and output are not both terminals, or none can be made.
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
  void set_raw() noexcept;
  void restore() noexcept;

 private:
  TerminalLink() = default;

  storage::Fd master_;
  storage::Fd terminal_;
  termios before_{};
  bool raw_ = false;
};

}  // namespace track::detail
