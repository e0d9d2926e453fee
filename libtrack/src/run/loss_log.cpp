#include "run/loss_log.hpp"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

namespace track::detail {

bool LossLog::add(std::string_view sentence) {
  if (std::find(kept_.begin(), kept_.end(), sentence) != kept_.end()) return false;
  if (kept_.size() >= k_max_kept) {
    ++more_;
    return false;
  }
  kept_.emplace_back(sentence);
  return true;
}

std::vector<std::string> LossLog::sentences() const {
  auto result = kept_;
  if (more_ > 0) result.push_back(fmt::format("{} more of the like", more_));
  return result;
}

void warn(const WarningSink& sink, std::string_view message, std::string_view hint) noexcept {
  try {
    std::string text(message);
    if (!hint.empty()) text += fmt::format(" ({})", hint);
    if (sink) {
      sink(text);
      return;
    }
    const auto line = fmt::format("track: {}\n", text);
    // One write, so that lines of several processes do not mix; nobody is left to tell if it fails.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  } catch (...) {  // NOLINT(bugprone-empty-catch): a sink that throws must not reach training
  }
}

}  // namespace track::detail
