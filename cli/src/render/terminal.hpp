#pragma once

#include <string>

namespace track::cli {

/// What the other end of a stream can show. Commands and renderers are given
/// one, so that what they print depends on nothing else.
struct Terminal {
  bool is_terminal = false;
  int width = 80;
  bool colour = false;
  bool utf8 = false;
  bool moves_cursor = false;  ///< understands sequences that move it and clear

  /// Whether text of the user is printed as it is. Into a pipe it is, whatever
  /// the locale: a script that reads a name must get that name.
  [[nodiscard]] bool shows_unicode_text() const noexcept { return utf8 || !is_terminal; }
};

/// The variables that decide how a stream is used; empty means not set.
struct TerminalEnvironment {
  std::string no_color;
  std::string term;
  std::string columns;
  std::string lc_all;
  std::string lc_ctype;
  std::string lang;
};

[[nodiscard]] TerminalEnvironment read_terminal_environment();

/// Describes the stream behind `descriptor`.
[[nodiscard]] Terminal detect_terminal(int descriptor, const TerminalEnvironment& environment);

/// The part of detect_terminal() that asks nobody: `window_width` is 0 if unknown.
[[nodiscard]] Terminal describe_terminal(bool is_terminal, int window_width,
                                         const TerminalEnvironment& environment);

}  // namespace track::cli
