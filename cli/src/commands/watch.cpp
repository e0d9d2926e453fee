#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <thread>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "curves.hpp"
#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;
using schemas::to_json;

constexpr std::size_t k_plots = 2;

struct WatchArguments {
  std::string run;
  std::vector<std::string> metrics;
  double interval_s = 1;
};

/// Those that were asked for, else those with a goal, else the first ones.
std::vector<std::string> choose_metrics(const WatchArguments& arguments,
                                        const RunDetails& details) {
  if (!arguments.metrics.empty()) return arguments.metrics;
  std::vector<std::string> declared;
  std::vector<std::string> others;
  for (const MetricRecord& metric : details.metrics) {
    if (!is_told_by_name(metric.series) || is_system_metric(metric.series)) continue;
    auto& names = metric.goal == Goal::none ? others : declared;
    if (names.empty() || names.back() != metric.series.name) names.push_back(metric.series.name);
  }
  auto& chosen = declared.empty() ? others : declared;
  chosen.resize(std::min(chosen.size(), k_plots));
  return chosen;
}

std::string describe(const RunDetails& details) {
  const RunRecord& run = details.run;
  std::string text = fmt::format("{}  {}", run.name, describe_state(run));
  if (const auto duration = duration_of(run, Clock::system().now())) {
    text += "  " + format_duration(*duration);
  }
  return text;
}

void draw_metric(const RunDetails& details, const std::string& metric, Context& context) {
  const auto series =
      std::find_if(details.metrics.begin(), details.metrics.end(),
                   [&](const MetricRecord& record) { return record.series.name == metric; });
  // It may not have been logged yet.
  if (series == details.metrics.end()) return;
  DrawOptions options;
  options.curve.buckets = static_cast<std::size_t>(context.terminal.width) * 4;
  options.curve.axis = choose_axis(context.store(), {details.run.id}, metric, std::nullopt);
  const auto curves = read_curves(context.store(), {details.run.id}, {metric}, options);
  print_plot(context.out, plot_series(curves),
             {.title = metric, .x_label = x_label(options.curve.axis), .rows = 10},
             context.terminal);
}

/// Redraws the whole screen.
void draw_screen(const RunDetails& details, const WatchArguments& arguments, Context& context) {
  if (context.terminal.moves_cursor) context.out << "\x1b[H\x1b[2J";
  context.out << context.visible(describe(details)) << "\n\n";
  for (const auto& metric : choose_metrics(arguments, details)) {
    draw_metric(details, metric, context);
    context.out << '\n';
  }
  context.out << std::flush;
}

/// One line, for whoever reads a pipe.
void print_line(const RunDetails& details, const WatchArguments& arguments, Context& context) {
  std::string line = describe(details);
  for (const auto& name : choose_metrics(arguments, details)) {
    for (const RankedMetric& metric : collapse_ranks(details.metrics)) {
      if (metric.name.name != name || !metric.mean.last) continue;
      line +=
          fmt::format("  {}={}", metric.name.to_string(), format_rounded(metric.mean.last->value));
      if (metric.least && metric.greatest && metric.least->last && metric.greatest->last) {
        line += fmt::format(" ({} to {} of {} ranks)", format_rounded(metric.least->last->value),
                            format_rounded(metric.greatest->last->value), metric.ranks);
      }
      line += fmt::format(" @{}", metric.mean.last->step);
    }
  }
  context.out << context.visible(line) << '\n' << std::flush;
}

void print_document(const RunDetails& details, Context& context) {
  Json metrics = Json::array();
  for (const MetricRecord& metric : details.metrics) metrics.push(to_json(metric));
  context.print_json(Json::object().set("run", to_json(details.run)).set("metrics", metrics));
  context.out << std::flush;
}

void run_watch(const WatchArguments& arguments, Context& context) {
  const RunId id = context.store().resolve(arguments.run);
  const auto pause = std::chrono::duration<double>(arguments.interval_s);
  while (context.out) {
    const RunDetails details = context.store().details(id);
    const bool running = details.run.state == RunState::running;
    if (context.json) {
      print_document(details, context);
    } else if (context.terminal.moves_cursor || !running) {
      draw_screen(details, arguments, context);
    } else {
      print_line(details, arguments, context);
    }
    if (!running) return;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

void add_watch(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<WatchArguments>();  // shared with the callback
  auto* command = app.add_subcommand("watch", "Follow a run until it ends");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  add_repeated(*command, "--metric", arguments->metrics, "Draw this; default: those with a goal")
      ->type_name("METRIC");
  command->add_option("--interval", arguments->interval_s, "Seconds between two looks")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0).description(""));
  set_examples(*command, {"track watch @latest", "track watch a1b2 --metric train/loss",
                          "track watch @latest --json --interval 10"});
  command->callback([arguments, &context] { run_watch(*arguments, context); });
}

}  // namespace track::cli
