#include "capture/code/code_root.hpp"

#include <string_view>

#include "capture/system_text.hpp"

namespace track::detail {

namespace fs = std::filesystem;

fs::path find_code_root(const fs::path& working_directory) {
  std::error_code none;
  for (auto directory = working_directory; !directory.empty();
       directory = directory.parent_path()) {
    if (fs::exists(directory / ".git", none)) return directory;
    if (directory == directory.root_path()) break;
  }
  return working_directory;
}

bool is_bare_repository(const fs::path& directory) {
  std::error_code none;
  return fs::is_regular_file(directory / "HEAD", none) &&
         fs::is_directory(directory / "objects", none) &&
         fs::is_directory(directory / "refs", none);
}

fs::path git_directory(const fs::path& root) {
  const auto path = root / ".git";
  std::error_code none;
  if (!fs::is_regular_file(path, none)) return path;
  constexpr std::string_view k_mark = "gitdir: ";
  const auto text = read_system_text(path).value_or("");
  if (!text.starts_with(k_mark)) return path;
  return (root / text.substr(k_mark.size())).lexically_normal();
}

fs::path git_common_directory(const fs::path& git_directory) {
  const auto text = read_system_text(git_directory / "commondir");
  return text ? (git_directory / *text).lexically_normal() : git_directory;
}

}  // namespace track::detail
