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

void run_restore(const RunsArguments& arguments, Context& context) {
  std::vector<RunId> runs;
  for (const auto& run : arguments.runs) runs.push_back(context.store().resolve_removed(run));
  context.store().restore(runs);
  print_runs(runs, context);
}

}  // namespace

void add_restore(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RunsArguments>();  // shared with the callback
  auto* command = app.add_subcommand("restore", "Bring back runs that rm removed");
  command->add_option("runs", arguments->runs, "The runs, by id or name")
      ->type_name("REMOVED_RUN")
      ->required();
  set_examples(*command, {"track restore a1b2", "track ls --removed"});
  command->callback([arguments, &context] { run_restore(*arguments, context); });
}

}  // namespace track::cli
