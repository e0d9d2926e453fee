#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "track/schemas/value.hpp"

namespace track::detail {

using Params = std::vector<std::pair<std::string, Value>>;

/// The params of a JSON or TOML file, told apart by its ending, else by its first character.
/// Tables are flattened with dots; arrays stay JSON. Throws Error{usage} naming file and line.
[[nodiscard]] Params read_param_file(const std::filesystem::path& path);

/// `--name value` and `--name=value` of a command line; an option that nothing follows is true.
/// What follows a lone `--` is left alone.
[[nodiscard]] Params read_argv_params(const std::vector<std::string>& argv);

}  // namespace track::detail
