#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace track::schemas {

/// The mean of values, never outside of them: what each of three ranks reached, 0.99, their mean
/// must reach too, and by rounding it would be less. A NaN among them makes it NaN.
class Mean final {
 public:
  void add(double value) noexcept {
    ++count_;
    sum_ += value;
    least_ = std::min(least_, value);
    greatest_ = std::max(greatest_, value);
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Of at least one value.
  [[nodiscard]] double value() const noexcept {
    const double mean = sum_ / static_cast<double>(count_);
    if (mean < least_) return least_;
    return mean > greatest_ ? greatest_ : mean;
  }

 private:
  std::size_t count_ = 0;
  double sum_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = -std::numeric_limits<double>::infinity();
};

}  // namespace track::schemas
