#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

struct LogsArguments {
  std::string run;
};

void run_logs(const LogsArguments& arguments, Context& context) {
  Store& store = context.store();
  const RunId id = store.resolve(arguments.run);
  std::string text;
  const bool kept = store.read_output(id, [&](std::string_view part) {
    if (context.json) {
      text += part;
    } else {
      // As the program wrote it: its colours are its own.
      context.out << part;
    }
  });
  if (!kept) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot show the output of run '{}': none was kept", id.value),
                "'track run' keeps it");
  }
  if (context.json) {
    context.print_json(schemas::Json::object().set("run", id.value).set("output", text));
  }
}

}  // namespace

void add_logs(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LogsArguments>();  // shared with the callback
  auto* command = app.add_subcommand("logs", "Print the output of a run that 'track run' ran");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  set_examples(*command, {"track logs @latest", "track logs a1b2 | grep -i error"});
  command->callback([arguments, &context] { run_logs(*arguments, context); });
}

}  // namespace track::cli
