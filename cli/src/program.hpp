#pragma once

#include <memory>

#include "context.hpp"

namespace CLI {
class App;
}

namespace track::cli {

/// All commands with their options. `context` must outlive the result.
[[nodiscard]] std::unique_ptr<CLI::App> make_app(Context& context);

/// Runs what the command line asks for and returns the exit code. Failures are
/// printed here and nowhere else: a line on stderr, or one JSON document on stdout
/// under --json.
[[nodiscard]] int run_program(int argc, const char* const* argv, Context& context);

}  // namespace track::cli
