#include "command_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <optional>

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

CLI::Option* add_integer(CLI::App& command, const std::string& names,
                         const std::function<void(std::int64_t)>& take,
                         const std::string& description, std::int64_t least, std::int64_t most) {
  const auto read = [](const std::string& text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return value;
  };
  const auto check = [read, least, most](const std::string& text) -> std::string {
    const auto value = read(text);
    if (!value) return fmt::format("'{}' is not an integer", text);
    if (*value < least) return fmt::format("{} is less than {}", *value, least);
    return *value > most ? fmt::format("{} is more than {}", *value, most) : std::string{};
  };
  return command
      .add_option_function<std::string>(
          names, [read, take](const std::string& text) { take(read(text).value_or(0)); },
          description)
      ->type_name("N")
      ->check(CLI::Validator(check, ""));
}

void set_examples(CLI::App& command, std::initializer_list<const char*> examples) {
  std::string text = "Examples:";
  for (const char* example : examples) text += fmt::format("\n  {}", example);
  command.footer(text);
}

}  // namespace track::cli
