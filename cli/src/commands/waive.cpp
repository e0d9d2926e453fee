#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct WaiveArguments {
  std::string what;
  std::string alias;
  std::string gate;
  std::string policy;
  int days = 7;
  std::string reason;
  std::string actor;
};

void run_waive(const WaiveArguments& arguments, Context& context) {
  const TransitionRecord transition =
      Registry(context.store())
          .waive(arguments.what, arguments.alias, arguments.gate, arguments.policy, arguments.days,
                 arguments.reason, arguments.actor);
  if (context.json) return context.print_json(schemas::to_json(transition));
  print_transition(transition, context);
}

}  // namespace

void add_waive(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<WaiveArguments>();  // shared with the callback
  auto* command = app.add_subcommand(
      "waive", "Set one gate of a policy aside, for one content and alias, for some days");
  command->add_option("what", arguments->what, "MODEL/VERSION, MODEL@ALIAS or a digest")
      ->type_name("MODEL@ALIAS")
      ->required();
  command->add_option("--alias", arguments->alias, "The alias that it is waived for")
      ->type_name("ALIAS")
      ->required();
  command->add_option("--gate", arguments->gate, "The gate, as the policy names it")
      ->type_name("GATE")
      ->required();
  command->add_option("--policy", arguments->policy, "The policy")->type_name("FILE")->required();
  add_integer(
      *command, "--days",
      [arguments](std::int64_t days) { arguments->days = static_cast<int>(days); },
      "How long; default: 7", 1, 30);
  command->add_option("--reason", arguments->reason, "Why")->type_name("TEXT")->required();
  command->add_option("--actor", arguments->actor, "Who asks; claimed, never checked")
      ->type_name("NAME");
  set_examples(*command,
               {"track waive digits/3 --alias staging --gate accuracy --policy gates.toml "
                "--days 3 --reason 'demo on Friday'"});
  command->callback([arguments, &context] { run_waive(*arguments, context); });
}

}  // namespace track::cli
