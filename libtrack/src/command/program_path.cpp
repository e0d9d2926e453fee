#include "command/program_path.hpp"

#include <unistd.h>

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// 0: it can be run; else what a shell would exit with.
int check(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return 127;
  if (!fs::is_regular_file(status) || ::access(path.c_str(), X_OK) != 0) return 126;
  return 0;
}

}  // namespace

ProgramPath find_program(const std::string& name, const fs::path& directory,
                         std::string_view search) {
  if (name.empty()) return {{}, 127};
  if (name.find('/') != std::string::npos) {
    const auto path = (directory / name).lexically_normal();
    const int code = check(path);
    return {code == 0 ? path : fs::path(), code};
  }
  int worst = 127;
  for (;;) {
    const auto colon = search.find(':');
    const auto part = search.substr(0, colon);  // an empty one is the working directory
    const auto path = (directory / part / name).lexically_normal();
    const int code = check(path);
    if (code == 0) return {path, 0};
    if (code == 126 && !fs::is_directory(path)) worst = 126;
    if (colon == std::string_view::npos) return {{}, worst};
    search.remove_prefix(colon + 1);
  }
}

}  // namespace track::detail
