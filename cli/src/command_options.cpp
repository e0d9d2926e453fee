#include "command_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace track::cli {

CLI::Option* add_repeated(CLI::App& command, const std::string& names,
                          std::vector<std::string>& values, const std::string& description) {
  // Without this the option would take every word up to the next flag, and read
  // brackets in a value as a list.
  return command.add_option(names, values, description)->allow_extra_args(false);
}

CLI::Option* add_choice(CLI::App& command, const std::string& names, std::string& value,
                        std::initializer_list<const char*> choices,
                        const std::string& description) {
  const std::vector<std::string> allowed(choices.begin(), choices.end());
  const auto check = [allowed](const std::string& text) -> std::string {
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return {};
    return fmt::format("'{}' is none of {}", text, fmt::join(allowed, ", "));
  };
  return command.add_option(names, value, description)
      ->type_name(fmt::format("{}", fmt::join(allowed, "|")))
      ->check(CLI::Validator(check, ""));
}

void set_examples(CLI::App& command, std::initializer_list<const char*> examples) {
  std::string text = "Examples:";
  for (const char* example : examples) text += fmt::format("\n  {}", example);
  command.footer(text);
}

}  // namespace track::cli
