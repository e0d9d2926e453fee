#pragma once

#include <string>
#include <vector>

namespace track::cli {

struct Tick {
  double value = 0;
  std::string label;
};

/// Maps values onto the unit interval, evenly or by their logarithm, and knows
/// the round values that label it.
class Scale {
 public:
  /// `low` and `high` must be finite, low <= high, and positive if `logarithmic`.
  /// A range of one value is widened around it.
  Scale(double low, double high, bool logarithmic);

  /// 0 at the low end, 1 at the high end.
  [[nodiscard]] double place(double value) const;

  /// At most `most` round values within the range, ascending; never none.
  [[nodiscard]] std::vector<Tick> ticks(int most) const;

 private:
  [[nodiscard]] std::vector<Tick> linear_ticks(int most) const;
  [[nodiscard]] std::vector<Tick> logarithmic_ticks(int most) const;

  double low_;
  double high_;
  bool logarithmic_;
};

}  // namespace track::cli
