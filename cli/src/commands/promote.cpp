#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct PromoteArguments {
  std::string run;
  std::string policy;
  PromoteOptions options;
};

void run_promote(const PromoteArguments& arguments, Context& context) {
  const RunId run = context.store().resolve(arguments.run);
  PromoteOptions options = arguments.options;
  options.policy = arguments.policy;
  const PromotionReport report = Registry(context.store()).promote(run, options);
  if (context.json) return context.print_json(schemas::to_json(report));
  print_promotion(report, context);
}

}  // namespace

void add_promote(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<PromoteArguments>();  // shared with the callback
  auto& options = arguments->options;
  auto* command =
      app.add_subcommand("promote", "Make an alias of a model point to a run's artifact");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command->add_option("--model", options.model, "The model")->type_name("MODEL")->required();
  command->add_option("--alias", options.alias, "Such as production")
      ->type_name("ALIAS")
      ->required();
  command->add_option("--reason", options.reason, "Why")->type_name("TEXT")->required();
  command->add_option("--artifact", options.artifact, "Default: the run's only model")
      ->type_name("NAME[@step=N]");
  command->add_option("--policy", arguments->policy, "Gates that it must pass")->type_name("FILE");
  add_integer(
      *command, "--expect", [&options](std::int64_t sequence) { options.expect = sequence; },
      "The alias's sequence number; another: exit 5. Default: as it is now", 0);
  command->add_option("--actor", options.actor, "Who asks; claimed, never checked")
      ->type_name("NAME");
  command
      ->add_option("--idempotency-key", options.idempotency_key,
                   "The same key, content and policy again answer with the first result")
      ->type_name("KEY");
  set_examples(
      *command,
      {"track promote @best:val/acc --model digits --alias production --reason 'better on 8s'",
       "track promote a1b2 --model digits --alias staging --artifact model@step=500 "
       "--policy gates.toml --reason nightly"});
  command->callback([arguments, &context] { run_promote(*arguments, context); });
}

}  // namespace track::cli
