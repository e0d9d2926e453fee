#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct RestoreCodeArguments {
  std::string run;
  std::string to;
};

void run_restore_code(const RestoreCodeArguments& arguments, Context& context) {
  const RunId id = context.store().resolve(arguments.run);
  const auto left_out = context.store().restore_code(id, arguments.to);
  if (context.json) {
    Json missing = Json::array();
    for (const auto& what : left_out) missing.push(what);
    return context.print_json(
        Json::object().set("run", id.value).set("path", arguments.to).set("left_out", missing));
  }
  context.out << context.visible(arguments.to) << '\n';
  for (const auto& what : left_out) context.say("left out: " + context.visible(what));
}

}  // namespace

void add_restore_code(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RestoreCodeArguments>();  // shared with the callback
  auto* command = app.add_subcommand("restore-code",
                                     "Write the code of a run, exactly as it was, to a directory");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command->add_option("--to", arguments->to, "A directory that is absent or empty")
      ->type_name("DIR")
      ->required();
  set_examples(*command, {"track restore-code a1b2 --to /tmp/code"});
  command->callback([arguments, &context] { run_restore_code(*arguments, context); });
}

}  // namespace track::cli
