#include "commands/commands.hpp"

#include <CLI/CLI.hpp>

namespace track::cli {

void add_commands(CLI::App& app, Context& context) {
  add_completion(app, context);
  add_complete(app, context);
}

bool takes_command(const CLI::App& command) {
  const std::string& name = command.get_name();
  return name == "run" || name == "__complete";
}

}  // namespace track::cli
