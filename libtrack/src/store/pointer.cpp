#include "store/pointer.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "capture/code/code_root.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

bool has_line(const fs::path& path, const std::string& wanted) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(" \r") + 1);
    if (line == wanted) return true;
  }
  return false;
}

bool ends_in_newline(const fs::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in || in.tellg() <= 0) return true;
  in.seekg(-1, std::ios::end);
  return in.get() == '\n';
}

/// Adds the file to the repository's own list of what git leaves alone, which all its work trees
/// share and nobody commits. Where it cannot be written git shows the file, and no harm is done.
void exclude_from_git(const fs::path& file) {
  const auto git = git_common_directory(git_directory(file.parent_path()));
  std::error_code problem;
  if (!fs::is_regular_file(git / "HEAD", problem)) return;
  const auto list = git / "info" / "exclude";
  const auto line = "/" + file.filename().string();
  if (has_line(list, line)) return;
  fs::create_directories(list.parent_path(), problem);
  const bool joined = ends_in_newline(list);
  std::ofstream(list, std::ios::app) << (joined ? "" : "\n") << line << '\n';
}

}  // namespace

void write_pointer(const fs::path& pointer, const fs::path& store) {
  std::error_code ignored;
  if (fs::equivalent(pointer, store, ignored)) return;
  if (fs::is_directory(pointer, ignored)) {
    throw Error(ErrorCode::conflict,
                fmt::format("cannot point '{}' to '{}': it is a store itself", pointer.string(),
                            store.string()),
                "move that store away first");
  }
  storage::replace_file(pointer, store.string() + '\n', 0644);
  exclude_from_git(pointer);
}

}  // namespace track::detail
