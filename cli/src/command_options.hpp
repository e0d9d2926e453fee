#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace track::cli {

/// An option that may be given several times, one value each.
CLI::Option* add_repeated(CLI::App& command, const std::string& names,
                          std::vector<std::string>& values, const std::string& description);

/// An option whose value is one of `choices`.
CLI::Option* add_choice(CLI::App& command, const std::string& names, std::string& value,
                        std::initializer_list<const char*> choices, const std::string& description);

/// An option whose value is a decimal integer from `least` to `most`. Unlike CLI11's own, "010" is
/// ten.
CLI::Option* add_integer(CLI::App& command, const std::string& names,
                         const std::function<void(std::int64_t)>& take,
                         const std::string& description, std::int64_t least = INT64_MIN,
                         std::int64_t most = INT64_MAX);

/// What a command's help ends in; each example stands as it is typed.
void set_examples(CLI::App& command, std::initializer_list<const char*> examples);

}  // namespace track::cli
