#include "store/pointer.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "capture/code/code_root.hpp"
#include "store/locate.hpp"
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

fs::path without_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return without_slash(a) == without_slash(b) || fs::equivalent(a, b, ignored);
}

/// Whether what is read back from a line of its own is the same path.
bool fits_in_line(const fs::path& path) {
  const auto text = path.string();
  const auto name = without_slash(path).filename().string();
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < ' ' || c == 0x7f; }) &&
         !name.empty() && name.front() != ' ' && name.back() != ' ';
}

}  // namespace

void check_pointer(const fs::path& pointer, const fs::path& store) {
  if (same_place(pointer, store)) return;
  const auto action = fmt::format("point '{}' to '{}'", pointer.string(), store.string());
  std::error_code ignored;
  if (fs::is_directory(pointer, ignored)) {
    throw Error(ErrorCode::conflict, fmt::format("cannot {}: it is a store itself", action),
                "move that store away first");
  }
  if (!fits_in_line(store)) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot {}: its name starts or ends with a space, or its path holds a "
                            "control character",
                            action),
                "name another place");
  }
  const auto held = pointer_target(pointer);
  if (held && !same_place(*held, store)) {
    throw Error(ErrorCode::conflict,
                fmt::format("cannot {}: it points to '{}'", action, held->string()),
                fmt::format("remove the file '{}' first", pointer.string()));
  }
}

void write_pointer(const fs::path& pointer, const fs::path& store) {
  if (same_place(pointer, store)) return;
  storage::replace_file(pointer, store.string() + '\n', 0644);
  exclude_from_git(pointer);
}

}  // namespace track::detail
