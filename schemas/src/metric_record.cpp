#include "track/schemas/records.hpp"

namespace track {
namespace {

std::optional<double> value_of(const std::optional<StepValue>& point) noexcept {
  return point ? std::optional(point->value) : std::nullopt;
}

}  // namespace

std::optional<double> MetricRecord::summary_value() const noexcept {
  switch (summary) {
    case Statistic::best:
      return value_of(best());
    case Statistic::min:
      return value_of(min);
    case Statistic::max:
      return value_of(max);
    case Statistic::mean:
      return mean;
    case Statistic::automatic:
    case Statistic::last:
      break;
  }
  return value_of(last);
}

}  // namespace track
