#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

struct RollbackArguments {
  std::string model;
  std::string alias;
  std::string reason;
  std::string actor;
};

void run_rollback(const RollbackArguments& arguments, Context& context) {
  const PromotionReport report =
      Registry(context.store())
          .rollback(arguments.model, arguments.alias, arguments.reason, arguments.actor);
  if (context.json) return context.print_json(schemas::to_json(report));
  print_promotion(report, context);
}

}  // namespace

void add_rollback(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RollbackArguments>();  // shared with the callback
  auto* command =
      app.add_subcommand("rollback", "Move an alias back to what its last promotion replaced");
  command->add_option("model", arguments->model, "The model")->type_name("MODEL")->required();
  command->add_option("--alias", arguments->alias, "The alias")->type_name("ALIAS")->required();
  command->add_option("--reason", arguments->reason, "Why")->type_name("TEXT")->required();
  command->add_option("--actor", arguments->actor, "Who asks; claimed, never checked")
      ->type_name("NAME");
  set_examples(*command, {"track rollback digits --alias production --reason 'errors on 3s'"});
  command->callback([arguments, &context] { run_rollback(*arguments, context); });
}

}  // namespace track::cli
