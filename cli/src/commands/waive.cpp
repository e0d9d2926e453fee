#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct WaiveArguments {
  std::string what;
  std::string policy;
  WaiveOptions options;
};

TransitionRecord waive(const WaiveArguments& arguments, Context& context) {
  WaiveOptions options = arguments.options;
  options.policy = arguments.policy;
  Registry registry(context.store());
  if (!options.model.empty())
    return registry.waive(context.store().resolve(arguments.what), options);
  if (!options.artifact.empty()) {
    throw Error(ErrorCode::usage, "cannot waive a gate for '--artifact': --model is not given",
                "with --model the first argument names a run");
  }
  return registry.waive(arguments.what, options.alias, options.gate, options.policy, options.days,
                        options.reason, options.actor);
}

void run_waive(const WaiveArguments& arguments, Context& context) {
  const TransitionRecord transition = waive(arguments, context);
  if (context.json) return context.print_json(schemas::to_json(transition));
  print_transition(transition, context);
}

}  // namespace

void add_waive(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<WaiveArguments>();  // shared with the callback
  auto& options = arguments->options;
  auto* command = app.add_subcommand(
      "waive", "Set one gate of a policy aside, for one content and alias, for some days");
  command
      ->add_option("what", arguments->what,
                   "MODEL/VERSION, MODEL@ALIAS or a digest; with --model a run")
      ->type_name("MODEL@ALIAS")
      ->required();
  command
      ->add_option("--model", options.model,
                   "The model that an artifact of run WHAT is to be promoted to")
      ->type_name("MODEL");
  command->add_option("--artifact", options.artifact, "Default: the run's only model")
      ->type_name("NAME[@step=N]");
  command->add_option("--alias", options.alias, "The alias that it is waived for")
      ->type_name("ALIAS")
      ->required();
  command->add_option("--gate", options.gate, "The gate, as the policy names it")
      ->type_name("GATE")
      ->required();
  command->add_option("--policy", arguments->policy, "The policy")->type_name("FILE")->required();
  add_integer(
      *command, "--days", [&options](std::int64_t days) { options.days = static_cast<int>(days); },
      "How long; default: 7", 1, 30);
  command->add_option("--reason", options.reason, "Why")->type_name("TEXT")->required();
  command->add_option("--actor", options.actor, "Who asks; claimed, never checked")
      ->type_name("NAME");
  set_examples(*command,
               {"track waive digits/3 --alias staging --gate accuracy --policy gates.toml "
                "--days 3 --reason 'demo on Friday'",
                "track waive a1b2 --model digits --alias staging --gate accuracy "
                "--policy gates.toml --reason 'the first one'"});
  command->callback([arguments, &context] { run_waive(*arguments, context); });
}

}  // namespace track::cli
