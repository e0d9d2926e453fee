#pragma once

#include <optional>
#include <string>
#include <vector>

#include "render/plot.hpp"
#include "track/store.hpp"

namespace track::cli {

/// One series of one run, down-sampled.
struct Curve {
  RunId run;
  std::string run_name;
  SeriesKey series;
  std::string part;  ///< of several ranks: mean, min or max
  std::vector<CurveBucket> buckets;
};

struct DrawOptions {
  CurveOptions curve;
  std::optional<std::string> axis;  ///< a metric, or "step"; absent: what was declared
  bool ranks_apart = false;         ///< each rank a curve, where no rank was named
};

/// What to draw over: the axis asked for, else Store::find_axis(); empty: the step.
[[nodiscard]] std::string choose_axis(Store& store, const std::vector<RunId>& runs,
                                      const std::string& metric,
                                      const std::optional<std::string>& asked);

/// What the axis is called below a plot.
[[nodiscard]] std::string x_label(const std::string& axis);

/// Every series of `runs` that one of `metrics` names, runs first; of several ranks mean, least
/// and greatest. Error{not_found} if a run has none of that name.
[[nodiscard]] std::vector<Curve> read_curves(Store& store, const std::vector<RunId>& runs,
                                             const std::vector<std::string>& metrics,
                                             const DrawOptions& options);

/// The same, to be drawn: named after what tells them apart.
[[nodiscard]] std::vector<PlotSeries> plot_series(const std::vector<Curve>& curves);

}  // namespace track::cli
