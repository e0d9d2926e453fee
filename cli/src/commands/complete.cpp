#include <CLI/CLI.hpp>
#include <memory>

#include "commands/commands.hpp"
#include "completion.hpp"

namespace track::cli {
namespace {

void run_complete(const CLI::App& app, Context& context) {
  const auto nothing = [](std::string_view) { return std::vector<Candidate>{}; };
  print_completion(context.out, complete(app, context.command, nothing));
}

}  // namespace

void add_complete(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("__complete", "Print what could stand at the cursor");
  command->group("");  // for the shells' scripts, not for people
  command->footer("Examples:\n  track __complete -- show ''");
  command->callback([&app, &context] { run_complete(app, context); });
}

}  // namespace track::cli
