#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "track/storage/file.hpp"

namespace track::detail {

/// In journals/<run>/, until its owner ends the run.
inline constexpr std::string_view k_steps_file = "steps";

/// Counts the steps of series over processes that each log a point and end.
///
/// A line a series in a file beside the journal: the greatest step in 20 columns, a tab, the
/// series. A line is changed in place by one small write, under a lock on the file.
class AutoSteps final {
 public:
  AutoSteps(const std::filesystem::path& journal_directory, mode_t mode);

  /// One more than the greatest step of `series`, from 0, which it is from now on.
  [[nodiscard]] std::int64_t take_next(std::string_view series);
  /// Takes `step` into account.
  void note(std::string_view series, std::int64_t step);

 private:
  std::filesystem::path path_;
  storage::Fd file_;
};

}  // namespace track::detail
