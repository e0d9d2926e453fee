#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct RevokeArguments {
  std::string what;
  std::string reason;
  std::string actor;
};

void run_revoke(const RevokeArguments& arguments, Context& context) {
  const TransitionRecord transition =
      Registry(context.store()).revoke(arguments.what, arguments.reason, arguments.actor);
  if (context.json) return context.print_json(schemas::to_json(transition));
  print_transition(transition, context);
}

}  // namespace

void add_revoke(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RevokeArguments>();  // shared with the callback
  auto* command = app.add_subcommand(
      "revoke", "Take a content out of use for good, in every version and alias");
  command->add_option("what", arguments->what, "MODEL/VERSION, MODEL@ALIAS or a digest")
      ->type_name("MODEL@ALIAS")
      ->required();
  command->add_option("--reason", arguments->reason, "Why")->type_name("TEXT")->required();
  command->add_option("--actor", arguments->actor, "Who asks; claimed, never checked")
      ->type_name("NAME");
  set_examples(*command, {"track revoke digits/3 --reason 'trained on the test set'"});
  command->callback([arguments, &context] { run_revoke(*arguments, context); });
}

}  // namespace track::cli
