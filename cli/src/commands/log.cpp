#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/command.hpp"

namespace track::cli {
namespace {

struct LogArguments {
  std::vector<std::string> points;
  std::optional<std::int64_t> step;
};

void run_log(const LogArguments& arguments, Context& context) {
  std::vector<std::pair<std::string, double>> points;
  for (const auto& point : arguments.points) points.push_back(parse_point(point));
  AttachedRun run = AttachedRun::open(context.store_path);
  for (const auto& [series, value] : points) run.log(series, arguments.step, value);
  if (context.json) {
    context.print_json(
        schemas::Json::object().set("run", run.id().value).set("points", points.size()));
  }
}

}  // namespace

void add_log(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LogArguments>();  // shared with the callback
  auto* command = app.add_subcommand("log", "Log points to the run that this process is part of");
  command->add_option("points", arguments->points, "Series and values")
      ->type_name("NAME=VALUE")
      ->required();
  add_integer(
      *command, "--step", [arguments](std::int64_t step) { arguments->step = step; },
      "Default: one more than the last that was logged so");
  set_examples(*command, {"track log loss=0.25 val/acc=0.9 --step 3",
                          "track log 'val/recall{digit=8}=0.97'"});
  command->callback([arguments, &context] { run_log(*arguments, context); });
}

}  // namespace track::cli
