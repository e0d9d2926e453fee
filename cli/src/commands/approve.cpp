#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct ApproveArguments {
  std::string what;
  std::string alias;
  std::string reason;
  std::string actor;
};

void run_approve(const ApproveArguments& arguments, Context& context) {
  const TransitionRecord transition =
      Registry(context.store())
          .approve(arguments.what, arguments.alias, arguments.reason, arguments.actor);
  if (context.json) return context.print_json(schemas::to_json(transition));
  print_transition(transition, context);
}

}  // namespace

void add_approve(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ApproveArguments>();  // shared with the callback
  auto* command = app.add_subcommand("approve", "Record a claimed approval of a version");
  command->add_option("what", arguments->what, "MODEL/VERSION, MODEL@ALIAS or a digest")
      ->type_name("MODEL@ALIAS")
      ->required();
  command->add_option("--alias", arguments->alias, "The alias that it is approved for")
      ->type_name("ALIAS")
      ->required();
  command->add_option("--reason", arguments->reason, "Why")->type_name("TEXT")->required();
  command->add_option("--actor", arguments->actor, "Who approves; claimed, never checked")
      ->type_name("NAME");
  set_examples(*command, {"track approve digits/3 --alias production --reason 'reviewed the 8s'"});
  command->callback([arguments, &context] { run_approve(*arguments, context); });
}

}  // namespace track::cli
