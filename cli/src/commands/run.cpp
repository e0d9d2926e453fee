#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/command.hpp"

namespace track::cli {
namespace {

struct RunArguments {
  std::string experiment;
  std::string name;
  std::string key;
  std::string note;
  std::string group;
  std::string kind = "train";
  std::vector<std::string> tags;
  std::vector<std::string> params;
  std::vector<std::string> param_files;
  bool argv_params = false;
  std::vector<std::string> datasets;
  std::vector<std::string> artifacts;
  std::vector<std::string> scrape;
};

CommandOptions make_options(const RunArguments& arguments, const Context& context) {
  CommandOptions options;
  options.argv = context.command;
  options.run.store = context.store_path;
  options.run.experiment = arguments.experiment;
  options.run.name = arguments.name;
  options.run.key = arguments.key;
  options.run.note = arguments.note;
  options.run.group = arguments.group;
  options.run.kind = parse_run_kind(arguments.kind).value_or(RunKind::train);
  for (const auto& tag : arguments.tags) options.run.tags.insert(split_assignment(tag, "tag"));
  for (const auto& param : arguments.params) {
    const auto [name, value] = split_assignment(param, "param");
    options.params.emplace_back(name, Value::from_text(value));
  }
  options.param_files.assign(arguments.param_files.begin(), arguments.param_files.end());
  options.argv_params = arguments.argv_params;
  for (const auto& dataset : arguments.datasets) {
    options.datasets.push_back(split_assignment(dataset, "dataset"));
  }
  options.artifacts.assign(arguments.artifacts.begin(), arguments.artifacts.end());
  options.scrape = arguments.scrape;
  return options;
}

void run_run(const RunArguments& arguments, Context& context) {
  if (context.command.empty()) {
    throw Error(ErrorCode::usage, "cannot run a program: none was given",
                "write it after '--', as in 'track run -- ./train'");
  }
  const CommandResult result = run_command(make_options(arguments, context));
  context.exit_code = result.exit_code;
  const bool recorded = !result.run.value.empty();
  if (context.json) {
    using schemas::Json;
    context.print_json(Json::object()
                           .set("run", recorded ? Json(result.run.value) : Json())
                           .set("exit_code", result.exit_code)
                           .set("signal", result.signal == 0 ? Json() : Json(result.signal)));
  } else if (recorded) {
    context.say(fmt::format("track: run {}", result.run.value));
  }
}

void add_record_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("--experiment", arguments.experiment, "Default: the repository's name")
      ->type_name("EXPERIMENT");
  command.add_option("--name", arguments.name, "Default: the program and the start of the id")
      ->type_name("NAME");
  command
      .add_option("--key", arguments.key,
                  "Resume the run that had this key, or make it (default: TRACK_RUN_KEY)")
      ->type_name("KEY");
  command.add_option("--note", arguments.note, "What it is for")->type_name("TEXT");
  command.add_option("--group", arguments.group, "A group of runs that belong together")
      ->type_name("GROUP");
  add_choice(command, "--kind", arguments.kind, {"train", "eval", "sweep", "fold"},
             "What kind of run it is");
  add_repeated(command, "--tag", arguments.tags, "Tag it")->type_name("NAME=VALUE");
}

void add_content_options(CLI::App& command, RunArguments& arguments) {
  add_repeated(command, "--param", arguments.params, "Record a param")->type_name("NAME=VALUE");
  add_repeated(command, "--params", arguments.param_files,
               "Record the params in a JSON or TOML file")
      ->type_name("FILE");
  command.add_flag("--argv-params", arguments.argv_params,
                   "Record the program's --name value and --name=value as params");
  add_repeated(command, "--dataset", arguments.datasets, "Record an input by its digest")
      ->type_name("NAME=PATH");
  add_repeated(command, "--artifact", arguments.artifacts, "Store this file or tree afterwards")
      ->type_name("PATH");
  add_repeated(command, "--scrape", arguments.scrape,
               "Log what a pattern with named groups finds in the output")
      ->type_name("REGEX");
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RunArguments>();  // shared with the callback
  auto* command = app.add_subcommand(
      "run", "Run a program as a run and exit with its code: track run [OPTIONS] -- COMMAND...");
  add_record_options(*command, *arguments);
  add_content_options(*command, *arguments);
  set_examples(
      *command,
      {"track run -- ./train --lr 0.1",
       "track run --experiment digits --argv-params --dataset train=data.csv -- ./train --lr 0.1",
       "track run --scrape 'loss=(?P<loss>[0-9.]+)' --artifact model.bin -- python train.py"});
  command->callback([arguments, &context] { run_run(*arguments, context); });
}

}  // namespace track::cli
