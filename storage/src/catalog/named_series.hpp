#pragma once

#include <optional>
#include <utility>

#include "track/schemas/labels.hpp"
#include "track/schemas/mean.hpp"

namespace track::storage {

/// Finds the value of a metric of one run that was named without a rank: of the series that has
/// exactly these labels, else of the only one that has them among its labels; series that differ
/// in label `rank` alone count as one, whose value is their mean.
class NamedSeries {
 public:
  explicit NamedSeries(SeriesKey wanted) : wanted_(std::move(wanted)) {}

  /// A series of the metric's name. Labels other than those wanted are passed over, unless none is.
  void add(const Labels& labels, std::optional<double> value);
  /// Nothing where there is none, or a rank has none. Throws Error{ambiguous}.
  [[nodiscard]] std::optional<double> value() const;

 private:
  void add_rank(std::optional<double> value);

  SeriesKey wanted_;
  bool exact_ = false;
  std::optional<double> exact_value_;
  std::optional<Labels> common_;  // of the series so far, but for their rank
  bool unranked_ = false;         // one of them has no rank
  bool ambiguous_ = false;
  bool missing_ = false;
  schemas::Mean mean_;
};

}  // namespace track::storage
