#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "render/terminal.hpp"

namespace track::cli {

enum class ProgressUnit : std::uint8_t { items, bytes };

/// One line on stderr that says how far some work is, how fast it goes and how
/// long it will take. It appears only on a terminal, and only once the work has
/// taken more than a second; it is wiped when the work ends.
///
/// Thread safety: one thread at a time.
class ProgressBar {
 public:
  using Clock = std::function<std::chrono::milliseconds()>;

  /// `clock` reads any steady clock. `out` and `clock` must outlive the object.
  ProgressBar(std::ostream& out, const Terminal& terminal, ProgressUnit unit, Clock clock);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  /// Tells what is being done and how much of it is; `total` 0 if nobody knows.
  void update(std::string_view what, std::uint64_t done, std::uint64_t total);

  /// Wipes the line. The destructor does the same.
  void finish();

 private:
  void draw(std::string_view what, std::chrono::milliseconds elapsed, std::uint64_t done,
            std::uint64_t total);

  std::ostream& out_;
  Terminal terminal_;
  ProgressUnit unit_;
  Clock clock_;
  std::chrono::milliseconds started_;
  std::chrono::milliseconds drawn_at_{0};
  bool visible_ = false;
};

/// Reads the steady clock of the machine.
[[nodiscard]] std::chrono::milliseconds read_steady_clock();

/// The line that ProgressBar shows, without colour or control characters.
[[nodiscard]] std::string format_progress(std::string_view what, ProgressUnit unit,
                                          std::chrono::milliseconds elapsed, std::uint64_t done,
                                          std::uint64_t total, const Terminal& terminal);

}  // namespace track::cli
