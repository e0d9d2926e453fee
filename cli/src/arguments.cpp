#include "arguments.hpp"

#include <algorithm>

namespace track::cli {

Arguments split_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  const std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
  const auto separator = std::find(all.begin(), all.end(), "--");
  arguments.own.assign(all.begin(), separator);
  if (separator != all.end()) {
    arguments.separated = true;
    arguments.command.assign(separator + 1, all.end());
  }
  return arguments;
}

bool asks_for_json(const Arguments& arguments) {
  return std::find(arguments.own.begin(), arguments.own.end(), "--json") != arguments.own.end();
}

}  // namespace track::cli
