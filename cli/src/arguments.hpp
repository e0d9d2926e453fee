#pragma once

#include <string>
#include <vector>

namespace track::cli {

/// A command line, cut at its first `--`: what comes after belongs to a program
/// that is to be run, and nothing of ours may look at it.
struct Arguments {
  std::vector<std::string> own;      ///< without the program's name
  std::vector<std::string> command;  ///< what followed `--`
  bool separated = false;            ///< there was a `--`
};

[[nodiscard]] Arguments split_arguments(int argc, const char* const* argv);

/// Whether `--json` stands among them. Asked where they could not be parsed.
[[nodiscard]] bool asks_for_json(const Arguments& arguments);

}  // namespace track::cli
