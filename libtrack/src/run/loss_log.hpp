#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// What could not be kept of a run, a sentence each. Equal ones are kept once, and a flood of
/// different ones as a number, so that a failing loop costs no memory.
///
/// Thread safety: none; the owner guards it.
class LossLog final {
 public:
  /// True where the sentence is new and was kept.
  bool add(std::string_view sentence);
  [[nodiscard]] std::vector<std::string> sentences() const;

 private:
  static constexpr std::size_t k_max_kept = 100;
  std::vector<std::string> kept_;
  std::uint64_t more_ = 0;
};

using WarningSink = std::function<void(std::string_view)>;

/// Gives a warning to `sink`, else writes it as one line to standard error. Never throws.
void warn(const WarningSink& sink, std::string_view message, std::string_view hint) noexcept;

}  // namespace track::detail
