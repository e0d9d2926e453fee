#pragma once

#include "context.hpp"

namespace CLI {
class App;
}

namespace track::cli {

// One function a command, each in the file of its name.
void add_complete(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

/// All of them.
void add_commands(CLI::App& app, Context& context);

/// Whether what follows `--` is for the command to take whole.
[[nodiscard]] bool takes_command(const CLI::App& command);

}  // namespace track::cli
