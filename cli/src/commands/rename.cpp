#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

struct RenameArguments {
  std::string run;
  std::string name;
};

void run_rename(const RenameArguments& arguments, Context& context) {
  const RunId id = context.store().resolve(arguments.run);
  context.say_redacted("the name", context.store().rename(id, arguments.name));
  if (context.json) {
    const RunRecord run = context.store().details(id).run;
    context.print_json(schemas::Json::object().set("run", id.value).set("name", run.name));
  }
}

}  // namespace

void add_rename(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RenameArguments>();  // shared with the callback
  auto* command = app.add_subcommand("rename", "Give a run another name; its id stays");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command->add_option("name", arguments->name, "Its new name")->type_name("NAME")->required();
  set_examples(*command, {"track rename @latest baseline", "track rename a1b2 'wide, slow'"});
  command->callback([arguments, &context] { run_rename(*arguments, context); });
}

}  // namespace track::cli
