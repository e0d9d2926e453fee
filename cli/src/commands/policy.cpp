#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"
#include "transition_text.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct PolicyArguments {
  std::string path;
  std::string run;
  PromoteOptions options;
};

/// Without a run only the file is checked; with one, whether a promotion would pass.
void run_check(const PolicyArguments& arguments, Context& context) {
  check_policy(arguments.path);
  if (arguments.run.empty()) {
    if (context.json) {
      context.print_json(schemas::to_json(PolicyReport{.path = arguments.path}));
    } else {
      context.out << "ok\n";
    }
    return;
  }
  PromoteOptions options = arguments.options;
  options.policy = arguments.path;
  const RunId run = context.store().resolve(arguments.run);
  const PolicyReport report = Registry(context.store()).evaluate(run, options);
  if (!report.passed) context.exit_code = k_exit_refused;
  if (context.json) return context.print_json(schemas::to_json(report));
  print_gates(report, context);
  context.out << (report.passed ? "pass\n" : "fail\n");
}

void run_explain(const PolicyArguments& arguments, Context& context) {
  const auto sentences = explain_policy(arguments.path);
  if (context.json) {
    Json list = Json::array();
    for (const auto& sentence : sentences) list.push(sentence);
    return context.print_json(Json::object().set("path", arguments.path).set("gates", list));
  }
  for (const auto& sentence : sentences) context.out << context.visible(sentence) << '\n';
}

void add_check(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<PolicyArguments>();  // shared with the callback
  auto* command = parent.add_subcommand("check", "Check a policy or, with --run, a run against it");
  command->add_option("file", arguments->path, "The policy")->type_name("FILE")->required();
  auto* run = command->add_option("--run", arguments->run, "The run; exit 4 if it would not pass")
                  ->type_name("RUN");
  auto* model =
      command->add_option("--model", arguments->options.model, "The model it would become")
          ->type_name("MODEL")
          ->needs(run);
  auto* alias = command->add_option("--alias", arguments->options.alias, "The alias it would get")
                    ->type_name("ALIAS")
                    ->needs(run);
  run->needs(model)->needs(alias);
  command->add_option("--artifact", arguments->options.artifact, "Default: the run's only model")
      ->type_name("NAME[@step=N]");
  set_examples(*command,
               {"track policy check gates.toml",
                "track policy check gates.toml --run @latest --model digits --alias production"});
  command->callback([arguments, &context] { run_check(*arguments, context); });
}

void add_explain(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<PolicyArguments>();  // shared with the callback
  auto* command = parent.add_subcommand("explain", "Say a policy in plain words");
  command->add_option("file", arguments->path, "The policy")->type_name("FILE")->required();
  set_examples(*command, {"track policy explain gates.toml"});
  command->callback([arguments, &context] { run_explain(*arguments, context); });
}

}  // namespace

void add_policy(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("policy", "Check or explain the gates of a promotion");
  command->require_subcommand(1);
  add_check(*command, context);
  add_explain(*command, context);
  set_examples(*command, {"track policy check gates.toml", "track policy explain gates.toml"});
}

}  // namespace track::cli
