#pragma once

#include <git2.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace track::detail {

/// The paths of an index, and the directories above them.
class TrackedPaths final {
 public:
  void add(std::string_view path);
  [[nodiscard]] bool has(const std::string& path) const { return paths_.contains(path); }
  [[nodiscard]] bool has_below(const std::string& directory) const {
    return directories_.contains(directory);
  }

 private:
  std::unordered_set<std::string> paths_;
  std::unordered_set<std::string> directories_;
};

struct UntrackedFiles {
  std::vector<std::string> files;         ///< files and links that git would offer to add
  std::vector<std::string> repositories;  ///< directories with a repository of their own
  std::vector<std::string> unreadable;    ///< directories that this user may not list
};

/// Walks the work tree by the rules of .gitignore files, info/exclude and core.excludesFile.
[[nodiscard]] UntrackedFiles find_untracked(git_repository* repository,
                                            const std::filesystem::path& root,
                                            const TrackedPaths& tracked);

}  // namespace track::detail
