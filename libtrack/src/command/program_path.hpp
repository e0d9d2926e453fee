#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace track::detail {

/// Where a program lies, as a shell finds it.
struct ProgramPath {
  std::filesystem::path path;  ///< absolute; empty where it cannot be run
  int exit_code = 0;           ///< 126: found, not executable; 127: not found
};

/// `name` with a slash is taken from `directory`, else it is looked for in `search`, the value of
/// PATH.
[[nodiscard]] ProgramPath find_program(const std::string& name,
                                       const std::filesystem::path& directory,
                                       std::string_view search);

}  // namespace track::detail
