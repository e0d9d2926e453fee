#pragma once

#include <cstddef>
#include <vector>

#include "track/schemas/query.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/store.hpp"

namespace track::detail {

/// Min-max buckets of equal width in steps, at most `buckets`; empty ones are left out. `xs` is
/// where each point lies on an axis; empty: at its step.
[[nodiscard]] std::vector<CurveBucket> make_curve(const SeriesPoints& points, std::size_t buckets,
                                                  const std::vector<double>& xs = {});

/// The same of a series that is read as it is drawn, whole chunks at once where they lie in one
/// bucket. `key` is one series.
[[nodiscard]] std::vector<CurveBucket> read_curve(const storage::Catalog& catalog, const RunId& run,
                                                  const SeriesKey& key, std::size_t buckets,
                                                  const StepRange& range);

/// The de-biased exponential moving average of CurveOptions::smooth, in place.
void smooth_values(std::vector<double>& values, double weight);

/// Where points lie on an axis: the latest finite value of `axis` at or before their steps. Points
/// before its first are taken out of `points`.
[[nodiscard]] std::vector<double> place_on_axis(SeriesPoints& points, const SeriesPoints& axis);

/// Takes out what lies outside of a range.
void keep_steps(SeriesPoints& points, StepRange range);

}  // namespace track::detail
