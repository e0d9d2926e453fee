#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace track::cli {

/// Where words that were typed lead, found without parsing them: they may be
/// wrong or incomplete.
struct Position {
  const CLI::App* command;               ///< the innermost command named so far
  const CLI::Option* pending = nullptr;  ///< an option whose value comes next
  std::size_t positionals = 0;           ///< of `command`, already given
  std::string first_positional;
  bool after_separator = false;  ///< a `--` came
};

/// Follows `words`, which stand after the program's name.
[[nodiscard]] Position follow_words(const CLI::App& app, const std::vector<std::string>& words);

/// The option of `app`, or of a command around it, that `word` names; nullptr if none.
[[nodiscard]] const CLI::Option* find_option(const CLI::App* app, const std::string& word);

/// Whether help and completion pass the command over.
[[nodiscard]] bool is_hidden(const CLI::App& app);

}  // namespace track::cli
