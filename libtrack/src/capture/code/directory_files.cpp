#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "capture/code/work_tree.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

// Beyond it a directory is no project but somebody's disk.
constexpr std::size_t k_most_files = 100'000;

bool lies_in_store(const std::filesystem::path& root) {
  for (auto at = root; at.has_relative_path(); at = at.parent_path()) {
    if (is_store(at)) return true;
  }
  return false;
}

}  // namespace

bool is_never_code(std::string_view name) noexcept { return name == ".git" || name == ".track"; }

bool is_store(const std::filesystem::path& directory) {
  std::error_code none;
  return std::filesystem::is_regular_file(directory / "config.toml", none) &&
         std::filesystem::is_directory(directory / "journals", none) &&
         std::filesystem::is_directory(directory / "objects", none);
}

WorkTree list_directory(const std::filesystem::path& root) {
  WorkTree tree;
  std::map<std::string, bool> filled;  // directory → whether something is in it
  std::size_t beyond = 0;
  if (lies_in_store(root)) {
    tree.left_out["."] = {0, "it lies in a store", true};
    return tree;
  }
  storage::walk(root, [&](const storage::WalkEntry& entry) {
    const auto path = entry.relative.string();
    const auto name = entry.relative.filename().string();
    if (path.empty() || path == ".") return true;
    if (is_never_code(name)) return false;
    if (tree.files.size() >= k_most_files) {
      ++beyond;
      return false;
    }
    if (S_ISDIR(entry.mode) && is_store(entry.path)) return false;
    filled[entry.relative.parent_path().string()] = true;
    if (S_ISDIR(entry.mode)) {
      filled.emplace(path, false);
      if (::access(entry.path.c_str(), R_OK | X_OK) == 0) return true;
      tree.left_out[path] = {0, "permission denied", false};
      return false;
    }
    tree.files.emplace(path, FileClass::plain);
    return false;
  });
  for (const auto& [path, has_entries] : filled) {
    if (!has_entries && !path.empty()) tree.empty_directories.push_back(path);
  }
  if (beyond > 0) {
    tree.left_out["."] = {
        0, std::to_string(beyond) + " more entries: the directory holds too many files", false};
  }
  return tree;
}

}  // namespace track::detail
