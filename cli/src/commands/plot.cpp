#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "curves.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct PlotArguments {
  std::vector<std::string> words;  // runs, then the metric
  DrawOptions draw;
  int height = 15;
  bool logarithmic = false;
};

Json to_document(const Curve& curve, const CurveOptions& options) {
  Json buckets = Json::array();
  for (const CurveBucket& bucket : curve.buckets) {
    buckets.push(Json::object()
                     .set("first_step", bucket.first_step)
                     .set("last_step", bucket.last_step)
                     .set("first_x", bucket.first_x)
                     .set("last_x", bucket.last_x)
                     .set("min", bucket.min)
                     .set("max", bucket.max)
                     .set("last", bucket.last)
                     .set("count", bucket.count)
                     .set("n_nan", bucket.n_nan)
                     .set("n_inf", bucket.n_inf));
  }
  return Json::object()
      .set("run", curve.run.value)
      .set("run_name", curve.run_name)
      .set("metric", curve.series.name)
      .set("labels", Json::from(curve.series.labels))
      .set("axis", options.axis.empty() ? Json() : Json(options.axis))
      .set("smooth", options.smooth)
      .set("buckets", buckets);
}

/// The metric is the last of one list: usage names it apart.
class PlotFormatter final : public CLI::Formatter {
 public:
  std::string make_option_usage(const CLI::Option*) const override { return "RUN... METRIC"; }
};

/// Whoever writes two metrics has the first taken for a run.
RunId resolve_drawn(const std::string& word, bool first, Context& context) {
  try {
    return context.store().resolve(word);
  } catch (const Error& error) {
    if (first || error.code() != ErrorCode::not_found) throw;
    throw Error(error.code(), error.what(),
                "one metric is drawn, the last word: track plot RUN... METRIC");
  }
}

void run_plot(const PlotArguments& arguments, Context& context) {
  if (arguments.words.size() < 2) {
    throw Error(ErrorCode::usage,
                "cannot draw '" + arguments.words.back() + "': a run and a metric are needed",
                "as in 'track plot @latest loss'");
  }
  const std::string metric = arguments.words.back();
  std::vector<RunId> runs;
  for (std::size_t i = 0; i + 1 < arguments.words.size(); ++i) {
    runs.push_back(resolve_drawn(arguments.words[i], i == 0, context));
  }
  DrawOptions draw = arguments.draw;
  CurveOptions& options = draw.curve;
  // Two dots a column, and two buckets a dot: no dot is left without its own.
  if (options.buckets == 0) options.buckets = static_cast<std::size_t>(context.terminal.width) * 4;
  draw.ranks_apart = context.json;
  options.axis = choose_axis(context.store(), runs, metric, draw.axis);
  const auto curves = read_curves(context.store(), runs, {metric}, draw);
  if (context.json) {
    for (const Curve& curve : curves) context.print_json(to_document(curve, options));
    return;
  }
  print_plot(context.out, plot_series(curves),
             {.title = metric,
              .x_label = x_label(options.axis),
              .rows = arguments.height,
              .logarithmic = arguments.logarithmic},
             context.terminal);
}

}  // namespace

void add_plot(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<PlotArguments>();  // shared with the callback
  auto* command = app.add_subcommand("plot", "Draw a metric of one run or several");
  command->add_option("runs", arguments->words, "The runs, then the metric")
      ->type_name("RUN... METRIC")
      ->required();
  command->formatter(std::make_shared<PlotFormatter>());
  command->add_flag("--log", arguments->logarithmic, "Draw values by their logarithm");
  add_integer(
      *command, "--from",
      [arguments](std::int64_t step) { arguments->draw.curve.range.from = step; },
      "The first step to draw");
  add_integer(
      *command, "--to", [arguments](std::int64_t step) { arguments->draw.curve.range.to = step; },
      "The last step to draw");
  add_integer(
      *command, "--height",
      [arguments](std::int64_t rows) { arguments->height = static_cast<int>(rows); },
      "Lines to draw on", 3, 200);
  add_integer(
      *command, "--buckets",
      [arguments](std::int64_t buckets) {
        arguments->draw.curve.buckets = static_cast<std::size_t>(buckets);
      },
      "Points a curve at most; minimum and maximum are kept", 1, 1000000);
  command
      ->add_option("--smooth", arguments->draw.curve.smooth,
                   "Draw a moving average in which the past has this weight, such as 0.9")
      ->type_name("WEIGHT");
  command
      ->add_option("--axis", arguments->draw.axis,
                   "Draw over this metric, or over 'step'; default: what define_metric() said")
      ->type_name("METRIC");
  set_examples(*command, {"track plot @latest train/loss", "track plot a1b2 c3d4 val/acc --log",
                          "track plot @latest train/loss --smooth 0.9 --axis epoch",
                          "track plot @best:val/acc 'val/recall{digit=8}' --from 100"});
  command->callback([arguments, &context] { run_plot(*arguments, context); });
}

}  // namespace track::cli
