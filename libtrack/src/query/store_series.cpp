#include <vector>

#include "query/curve.hpp"
#include "query/series_match.hpp"
#include "query/store_impl.hpp"
#include "track/store.hpp"

namespace track {

MetricRecord Store::find_metric(const RunId& run, std::string_view text) {
  const std::vector<RunId> ids = {run};
  return detail::match_one_series(impl_->fresh().metrics(ids), text);
}

std::vector<MetricRecord> Store::find_metrics(const RunId& run, std::string_view text) {
  const std::vector<RunId> ids = {run};
  return detail::match_series(impl_->fresh().metrics(ids), text);
}

SeriesPoints Store::points(const RunId& run, const SeriesKey& series, StepRange range) {
  return impl_->fresh().points(run, series, range);
}

std::vector<CurveBucket> Store::curve(const RunId& run, const SeriesKey& series,
                                      std::size_t buckets, StepRange range) {
  return detail::make_curve(points(run, series, range), buckets);
}

}  // namespace track
