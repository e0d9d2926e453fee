#include "curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "render/record_text.hpp"
#include "track/schemas/error.hpp"

namespace track::cli {
namespace {

constexpr std::string_view k_step = "step";

PlotPoint to_point(const CurveBucket& bucket) {
  return {bucket.first_x / 2 + bucket.last_x / 2, bucket.min, bucket.max,
          bucket.n_nan + bucket.n_inf};
}

/// The run's name, with its id where another run of the same name is drawn too.
std::string label_of(const Curve& curve, const std::vector<Curve>& curves) {
  const bool shared = std::any_of(curves.begin(), curves.end(), [&](const Curve& other) {
    return other.run_name == curve.run_name && other.run != curve.run;
  });
  return shared ? fmt::format("{} ({})", curve.run_name, short_id(curve.run)) : curve.run_name;
}

void add_series(Store& store, const SeriesKey& series, Curve curve, const DrawOptions& options,
                std::vector<Curve>& curves) {
  curve.series = series;
  curve.buckets = store.curve(curve.run, series, options.curve);
  curves.push_back(std::move(curve));
}

void add_ranks(Store& store, const RankedMetric& metric, Curve curve, const DrawOptions& options,
               std::vector<Curve>& curves) {
  if (metric.ranks == 1) return add_series(store, metric.name, std::move(curve), options, curves);
  curve.series = metric.name;
  auto ranks = store.rank_curves(curve.run, metric.name, options.curve);
  const auto add = [&](std::string part, std::vector<CurveBucket>& buckets) {
    curve.part = std::move(part);
    curve.buckets = std::move(buckets);
    curves.push_back(curve);
  };
  add(fmt::format("mean of {} ranks", metric.ranks), ranks.mean);
  add("min", ranks.least);
  add("max", ranks.greatest);
}

template <typename Part>
bool vary(const std::vector<Curve>& curves, Part part) {
  return std::any_of(curves.begin(), curves.end(),
                     [&](const Curve& curve) { return curve.*part != curves.front().*part; });
}

}  // namespace

std::string choose_axis(Store& store, const std::vector<RunId>& runs, const std::string& metric,
                        const std::optional<std::string>& asked) {
  if (asked) return *asked == k_step ? std::string() : *asked;
  return store.find_axis(runs, metric).value_or("");
}

std::string x_label(const std::string& axis) { return axis.empty() ? std::string(k_step) : axis; }

std::vector<Curve> read_curves(Store& store, const std::vector<RunId>& runs,
                               const std::vector<std::string>& metrics,
                               const DrawOptions& options) {
  std::vector<Curve> curves;
  for (const RunId& id : runs) {
    const auto run = store.find_run(id);
    const std::string name = run ? run->name : id.value;
    for (const std::string& metric : metrics) {
      const auto before = curves.size();
      const Curve blank{id, name, {}, {}, {}};
      if (options.ranks_apart) {
        for (const MetricRecord& record : store.find_metrics(id, metric))
          add_series(store, record.series, blank, options, curves);
      } else {
        for (const RankedMetric& ranked : store.find_ranked(id, metric))
          add_ranks(store, ranked, blank, options, curves);
      }
      if (curves.size() == before) {
        throw Error(
            ErrorCode::not_found,
            fmt::format("cannot draw '{}' of run '{}': it logged no such metric", metric, name),
            fmt::format("'track show {}' lists its metrics", short_id(id)));
      }
    }
  }
  return curves;
}

std::vector<PlotSeries> plot_series(const std::vector<Curve>& curves) {
  const bool several_runs = vary(curves, &Curve::run);
  const bool several_series = vary(curves, &Curve::series);
  std::vector<PlotSeries> series;
  for (const Curve& curve : curves) {
    std::string name = label_of(curve, curves);
    if (several_runs && several_series) name += ' ' + curve.series.to_string();
    if (!several_runs && several_series) name = curve.series.to_string();
    if (!curve.part.empty()) name += ", " + curve.part;
    PlotSeries drawn{name, {}};
    for (const CurveBucket& bucket : curve.buckets) {
      if (bucket.count > 0) drawn.points.push_back(to_point(bucket));
    }
    series.push_back(std::move(drawn));
  }
  return series;
}

}  // namespace track::cli
