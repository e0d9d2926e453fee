#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "judgement_text.hpp"
#include "track/replay.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

struct ReplayArguments {
  std::string run;
  std::string same = "class";
  std::string software = "closure";
  std::string verdict;
  std::vector<std::string> env;
  std::vector<std::string> supply;
  std::string allow;
  ReplayOptions options;
};

ReplayOptions make_options(const ReplayArguments& arguments, Context& context) {
  ReplayOptions options = arguments.options;
  options.same = parse_hardware_level(arguments.same).value_or(HardwareLevel::machine_class);
  options.software = parse_software_level(arguments.software).value_or(SoftwareLevel::closure);
  if (!arguments.verdict.empty()) options.verdict = parse_verdict(arguments.verdict);
  for (const auto& text : arguments.env) options.env.insert(split_assignment(text, "variable"));
  for (const auto& text : arguments.supply) options.supply.insert(split_assignment(text, "value"));
  options.allow_paths = arguments.allow == "paths";
  // The verdict is the result; what the program prints on its way is not.
  options.output = [&context](std::string_view text) { context.err << text << std::flush; };
  return options;
}

int replay_exit_code(const ReplayReport& report) {
  if (report.reached) return k_exit_ok;
  const int code = exit_code_of(report.verdict);
  // It passes something, but not what was asked for.
  return code == k_exit_ok ? k_exit_inconclusive : code;
}

void print_list(const std::string& heading, const std::vector<std::string>& lines,
                Context& context) {
  if (lines.empty()) return;
  context.out << heading << '\n';
  for (const auto& line : lines) context.out << "  " << context.visible(line) << '\n';
}

void print_report(const ReplayReport& report, Context& context) {
  if (!report.refusals.empty()) {
    context.out << paint("refused", Style::bad, context.terminal) << '\n';
    for (const auto& refusal : report.refusals) {
      context.out << "  " << context.visible(refusal) << '\n';
    }
  }
  if (report.dry_run) print_list("would run:", report.plan, context);
  if (report.judge) {
    print_judgement(*report.judge, context.out, context.terminal);
  } else if (report.refusals.empty() && !report.dry_run) {
    context.out << paint(describe_verdict(report.verdict), style_of(report.verdict),
                         context.terminal)
                << '\n';
  }
  if (!report.reached && report.refusals.empty() && !report.dry_run) {
    context.out << fmt::format("asked for: {}\n", describe_verdict(report.wanted));
  }
  print_list("changed for it:", report.changes, context);
  if (report.signal) {
    context.out << fmt::format("it was ended by signal {}\n", *report.signal);
  } else if (report.exit_code && *report.exit_code != 0) {
    context.out << fmt::format("it exited with code {}\n", *report.exit_code);
  }
  if (report.replay) context.out << fmt::format("replay: {}\n", report.replay->value);
}

void run_replay(const ReplayArguments& arguments, Context& context) {
  const RunId run = context.store().resolve(arguments.run);
  const ReplayReport report = replay(context.store(), run, make_options(arguments, context));
  if (!report.dry_run || !report.refusals.empty()) context.exit_code = replay_exit_code(report);
  if (context.json) return context.print_json(schemas::to_json(report));
  print_report(report, context);
}

void add_level_options(CLI::App& command, ReplayArguments& arguments) {
  add_choice(command, "--same", arguments.same,
             {"machine", "product", "class", "capability", "any"},
             "How alike the hardware must be; default: class");
  add_choice(command, "--software", arguments.software, {"closure", "locks", "compatible", "any"},
             "How alike the software must be; default: closure");
  add_choice(command, "--verdict", arguments.verdict,
             {"bit_exact", "within_tolerance", "statistically_consistent", "re_executed"},
             "What to claim at least; default: what the levels allow");
  command.add_option("--atol", arguments.options.tolerance.atol, "Absolute tolerance of the judge")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--rtol", arguments.options.tolerance.rtol, "Relative tolerance of the judge")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber);
  command.add_flag("--prefix", arguments.options.prefix,
                   "Judge a run that died up to where it got");
}

void add_run_options(CLI::App& command, ReplayArguments& arguments) {
  add_repeated(command, "--env", arguments.env, "Set a variable, recorded as changed")
      ->type_name("NAME=VALUE");
  add_repeated(command, "--pass-env", arguments.options.pass_env, "Pass a variable from here")
      ->type_name("NAME");
  add_repeated(command, "--supply", arguments.supply, "Supply the value of a redacted variable")
      ->type_name("NAME=VALUE");
  add_choice(command, "--allow", arguments.allow, {"paths"},
             "Run although absolute paths point into the recorded code");
  command.add_flag("--trust", arguments.options.trust, "Run code from a store of another owner");
  command.add_flag("--dry-run", arguments.options.dry_run, "Check and say what would run");
  command.add_flag("--keep", arguments.options.keep, "Leave its directory behind");
  command.add_option("--timeout", arguments.options.timeout_s, "Give up after so long")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ReplayArguments>();  // shared with the callback
  auto* command =
      app.add_subcommand("replay", "Run a run again in a fresh directory, and judge it");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  add_level_options(*command, *arguments);
  add_run_options(*command, *arguments);
  set_examples(*command,
               {"track replay @latest", "track replay a1b2 --dry-run",
                "track replay a1b2 --software compatible --verdict within_tolerance --rtol 1e-6",
                "track replay a1b2 --env OMP_NUM_THREADS=2 --same any"});
  command->callback([arguments, &context] { run_replay(*arguments, context); });
}

}  // namespace track::cli
