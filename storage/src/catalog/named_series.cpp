#include "catalog/named_series.hpp"

#include "track/schemas/error.hpp"

namespace track::storage {

void NamedSeries::add(const Labels& labels, std::optional<double> value) {
  if (labels == wanted_.labels) {
    exact_ = true;
    exact_value_ = value;
    return;
  }
  const bool ranked = labels.count(k_rank_label) > 0;
  auto common = SeriesKey{wanted_.name, labels}.without_rank().labels;
  if (!wanted_.labels.empty() && common != wanted_.labels) return;
  // Two that no rank sets apart are two, whatever else they share.
  if (common_ && (*common_ != common || !ranked || unranked_)) ambiguous_ = true;
  common_ = std::move(common);
  unranked_ = !ranked;
  add_rank(value);
}

void NamedSeries::add_rank(std::optional<double> value) {
  mean_.add(value.value_or(0));
  missing_ = missing_ || !value;
}

std::optional<double> NamedSeries::value() const {
  if (exact_) return exact_value_;
  if (ambiguous_) {
    throw Error(ErrorCode::ambiguous, "metric '" + wanted_.name +
                                          "' has several series: name the labels, as in '" +
                                          wanted_.name + "{label=value}'");
  }
  if (mean_.count() == 0 || missing_) return std::nullopt;
  return mean_.value();
}

}  // namespace track::storage
