#include <vector>

#include "query/curve.hpp"
#include "query/rank_points.hpp"
#include "query/series_match.hpp"
#include "query/store_impl.hpp"
#include "track/store.hpp"

namespace track {

MetricRecord Store::find_metric(const RunId& run, std::string_view text) {
  const std::vector<RunId> ids = {run};
  return detail::match_one(impl_->fresh().metrics(ids), text).mean;
}

std::vector<MetricRecord> Store::find_metrics(const RunId& run, std::string_view text) {
  const std::vector<RunId> ids = {run};
  return detail::match_series(impl_->fresh().metrics(ids), text);
}

std::vector<RankedMetric> Store::find_ranked(const RunId& run, std::string_view text) {
  const std::vector<RunId> ids = {run};
  return detail::match_ranked(impl_->fresh().metrics(ids), text);
}

SeriesPoints Store::points(const RunId& run, const SeriesKey& series, StepRange range) {
  return detail::read_rank_points(impl_->fresh(), run, series, range).mean;
}

std::vector<CurveBucket> Store::curve(const RunId& run, const SeriesKey& series,
                                      std::size_t buckets, StepRange range) {
  return detail::make_curve(points(run, series, range), buckets);
}

RankCurves Store::rank_curves(const RunId& run, const SeriesKey& series, std::size_t buckets,
                              StepRange range) {
  const auto points = detail::read_rank_points(impl_->fresh(), run, series, range);
  return {points.ranks, detail::make_curve(points.mean, buckets),
          detail::make_curve(points.least, buckets), detail::make_curve(points.greatest, buckets)};
}

}  // namespace track
