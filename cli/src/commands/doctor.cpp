#include <CLI/CLI.hpp>
#include <algorithm>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/table.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

Cell format_state(CheckState state) {
  switch (state) {
    case CheckState::ok:
      return {"ok", Style::good};
    case CheckState::warning:
      return {"warning", Style::warning};
    case CheckState::failure:
      return {"failure", Style::bad};
  }
  return {""};
}

void run_doctor(Context& context) {
  const DoctorReport report = doctor(context.store_path);
  const bool failed =
      std::any_of(report.checks.begin(), report.checks.end(),
                  [](const DoctorCheck& check) { return check.state == CheckState::failure; });
  if (failed) context.exit_code = k_exit_trouble;
  if (context.json) return context.print_json(schemas::to_json(report));
  Table table({{"area"}, {"check"}, {"state"}, {"finding"}});
  for (const DoctorCheck& check : report.checks) {
    table.add_row({check.area, check.name, format_state(check.state), check.finding});
    if (!check.advice.empty()) table.add_row({"", "", "", {"do: " + check.advice, Style::heading}});
  }
  table.print(context.out, context.terminal);
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("doctor", "Check machine and store, and say what capture would miss");
  set_examples(*command, {"track doctor", "track doctor --store /data/track --json"});
  command->callback([&context] { run_doctor(context); });
}

}  // namespace track::cli
