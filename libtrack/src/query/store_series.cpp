#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "query/curve.hpp"
#include "query/rank_points.hpp"
#include "query/series_match.hpp"
#include "query/store_impl.hpp"
#include "track/schemas/error.hpp"
#include "track/store.hpp"

namespace track {
namespace {

void check(const SeriesKey& series, const CurveOptions& options) {
  if (options.smooth >= 0 && options.smooth < 1) return;
  throw Error(ErrorCode::usage, fmt::format("cannot draw '{}': a smoothing of {} is not in [0, 1)",
                                            series.to_string(), options.smooth));
}

/// The metric that stands for steps: with the series' labels, else with none, ranks collapsed.
std::optional<SeriesPoints> read_axis(const storage::Catalog& catalog, const RunId& run,
                                      const SeriesKey& series, const std::string& axis) {
  if (axis.empty()) return std::nullopt;
  for (const auto& labels : {series.labels, Labels{}}) {
    auto points = detail::read_rank_points(catalog, run, {axis, labels}).mean;
    if (!points.steps.empty()) return points;
  }
  throw Error(ErrorCode::not_found,
              fmt::format("cannot draw '{}' of run '{}' over '{}': it logged no such metric",
                          series.to_string(), run.value, axis),
              "without an axis it is drawn over its steps");
}

/// Whether read_axis() would find something for the axis that `metric` was declared over.
bool has_axis(const std::vector<MetricRecord>& logged, const MetricRecord& metric) {
  const auto wanted = metric.series.without_rank().labels;
  return std::any_of(logged.begin(), logged.end(), [&](const MetricRecord& other) {
    const auto labels = other.series.without_rank().labels;
    return other.series.name == metric.axis && (labels.empty() || labels == wanted);
  });
}

}  // namespace

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
  return curve(run, series, {.buckets = buckets, .range = range, .smooth = 0, .axis = {}});
}

std::optional<std::string> Store::find_axis(const std::vector<RunId>& runs, std::string_view text) {
  std::optional<std::string> axis;
  for (const RunId& run : runs) {
    const auto logged = impl_->fresh().metrics(std::array{run});
    for (const MetricRecord& metric : detail::match_series(logged, text)) {
      if (metric.axis != axis.value_or(metric.axis) || !has_axis(logged, metric))
        return std::nullopt;
      axis = metric.axis;
    }
  }
  return axis;
}

std::vector<CurveBucket> Store::curve(const RunId& run, const SeriesKey& series,
                                      const CurveOptions& options) {
  return rank_curves(run, series, options).mean;
}

RankCurves Store::rank_curves(const RunId& run, const SeriesKey& series, std::size_t buckets,
                              StepRange range) {
  return rank_curves(run, series, {.buckets = buckets, .range = range, .smooth = 0, .axis = {}});
}

RankCurves Store::rank_curves(const RunId& run, const SeriesKey& series,
                              const CurveOptions& options) {
  check(series, options);
  auto& catalog = impl_->fresh();
  if (options.smooth == 0 && options.axis.empty()) {
    auto curve = detail::read_curve(catalog, run, series, options.buckets, options.range);
    if (!curve.empty()) return {1, std::move(curve), {}, {}};
  }
  // An average is over what came before the range, too.
  auto range = options.range;
  if (options.smooth > 0) range.from = StepRange{}.from;
  auto points = detail::read_rank_points(catalog, run, series, range);
  const auto axis = read_axis(catalog, run, series, options.axis);
  const auto draw = [&](SeriesPoints& part) {
    detail::smooth_values(part.values, options.smooth);
    detail::keep_steps(part, options.range);
    const auto xs = axis ? detail::place_on_axis(part, *axis) : std::vector<double>{};
    return detail::make_curve(part, options.buckets, xs);
  };
  return {points.ranks, draw(points.mean), draw(points.least), draw(points.greatest)};
}

}  // namespace track
