#include <CLI/CLI.hpp>
#include <memory>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "difference_text.hpp"
#include "judgement_text.hpp"
#include "track/diff.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

struct DiffArguments {
  std::string left;
  std::string right;
  std::string only;
  std::string format = "text";
  bool judge = false;
  bool exit_code = false;
  JudgeOptions judging;
};

void run_judge(const DiffArguments& arguments, const RunId& left, const RunId& right,
               Context& context) {
  const JudgeReport report = judge(context.store(), left, right, arguments.judging);
  if (arguments.exit_code) context.exit_code = exit_code_of(report.claim);
  if (context.json) return context.print_json(schemas::to_json(report));
  print_judgement(report, context.out, context.terminal);
}

void run_diff(const DiffArguments& arguments, Context& context) {
  const RunId left = context.store().resolve(arguments.left);
  const RunId right = context.store().resolve(arguments.right);
  if (arguments.format == "json") context.json = true;
  if (arguments.judge) return run_judge(arguments, left, right, context);
  const DiffReport report =
      diff(context.store(), left, right, {parse_list("--only", arguments.only)});
  if (arguments.exit_code && !report.equal()) {
    context.exit_code = report.differs() ? k_exit_different : k_exit_inconclusive;
  }
  if (context.json) {
    context.print_json(schemas::to_json(report));
  } else if (arguments.format == "markdown") {
    print_difference_markdown(report, context.out);
  } else {
    print_difference(report, context.out, context.terminal);
  }
}

}  // namespace

void add_diff(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<DiffArguments>();  // shared with the callback
  auto* command = app.add_subcommand("diff", "Say what differs between two runs");
  command->add_option("left", arguments->left, "The one run")->type_name("RUN")->required();
  command->add_option("right", arguments->right, "The other run")->type_name("RUN")->required();
  command
      ->add_option("--only", arguments->only,
                   "Only these: code, program, environment, hardware, params, seeds, inputs, "
                   "metrics, artifacts, resources; commas between")
      ->type_name("SECTIONS");
  add_choice(*command, "--format", arguments->format, {"text", "json", "markdown"},
             "How to print it");
  auto* judging = command->add_flag("--judge", arguments->judge,
                                    "Judge whether the right run reproduced the left one");
  command
      ->add_option("--atol", arguments->judging.tolerance.atol, "Absolute tolerance of the judge")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber)
      ->needs(judging);
  command
      ->add_option("--rtol", arguments->judging.tolerance.rtol, "Relative tolerance of the judge")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber)
      ->needs(judging);
  command
      ->add_flag("--prefix", arguments->judging.prefix, "Judge a run that died up to where it got")
      ->needs(judging);
  command->add_flag("--exit-code", arguments->exit_code,
                    "Exit 1 where they differ, 3 where that is not known; with --judge, with the "
                    "code of the verdict");
  set_examples(*command,
               {"track diff @latest~1 @latest", "track diff a1b2 c3d4 --only params,metrics",
                "track diff a1b2 c3d4 --judge --exit-code",
                "track diff model:digits@production @latest --format markdown"});
  command->callback([arguments, &context] { run_diff(*arguments, context); });
}

}  // namespace track::cli
