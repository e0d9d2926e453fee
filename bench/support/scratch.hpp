#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace track_bench {

/// A directory below the working directory, on a disk rather than in memory; removed at the end.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// A store in it. The directory becomes a repository of its own first, lest a pointer to the
  /// store be left in the one around it.
  [[nodiscard]] std::filesystem::path make_store() const;

 private:
  std::filesystem::path path_;
};

/// Runs a program without a shell, its output to /dev/null; returns the seconds that it took.
/// Throws std::runtime_error where it does not end with 0.
double run_program(const std::vector<std::string>& command);

/// The same with a terminal of 80 columns for its output.
double run_on_terminal(const std::vector<std::string>& command);

/// Seconds since it was made.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace track_bench
