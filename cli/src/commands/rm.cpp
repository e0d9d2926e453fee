#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct RunsArguments {
  std::vector<std::string> runs;
};

void print_runs(const std::vector<RunId>& runs, Context& context) {
  if (!context.json) return;
  for (const RunId& run : runs) context.print_json(Json::object().set("run", run.value));
}

/// Every name is looked up before anything changes.
void run_rm(const RunsArguments& arguments, Context& context) {
  std::vector<RunId> runs;
  for (const auto& run : arguments.runs) runs.push_back(context.store().resolve(run));
  context.store().remove(runs);
  context.say(
      fmt::format("removed {}; 'track restore' brings back what gc has not taken", runs.size()));
  print_runs(runs, context);
}

}  // namespace

void add_rm(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RunsArguments>();  // shared with the callback
  auto* command = app.add_subcommand("rm", "Remove runs; gc takes them after a grace");
  command->add_option("runs", arguments->runs, "The runs")->type_name("RUN")->required();
  set_examples(*command, {"track rm a1b2", "track rm a1b2 c3d4"});
  command->callback([arguments, &context] { run_rm(*arguments, context); });
}

}  // namespace track::cli
