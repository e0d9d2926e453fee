#include <string>
#include <utility>

#include "capture/code/git.hpp"
#include "capture/code/untracked_files.hpp"
#include "capture/code/work_tree.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr int k_deepest = 32;  // repositories within repositories

FileClass class_of(unsigned status) noexcept {
  constexpr unsigned k_in_work_tree = GIT_STATUS_WT_MODIFIED | GIT_STATUS_WT_TYPECHANGE |
                                      GIT_STATUS_WT_RENAMED | GIT_STATUS_CONFLICTED;
  constexpr unsigned k_in_index = GIT_STATUS_INDEX_NEW | GIT_STATUS_INDEX_MODIFIED |
                                  GIT_STATUS_INDEX_RENAMED | GIT_STATUS_INDEX_TYPECHANGE;
  if ((status & k_in_work_tree) != 0) return FileClass::modified;
  if ((status & k_in_index) != 0) return FileClass::staged;
  return FileClass::tracked;
}

class Lister {
 public:
  explicit Lister(WorkTree& tree) : tree_(tree) {}

  /// `prefix` is empty or ends in '/'. Returns whether the work tree is not what its HEAD says.
  bool add_repository(const fs::path& root, const std::string& prefix, int depth) {
    if (depth > k_deepest) {
      throw Error(ErrorCode::unsupported,
                  "cannot list the files of '" + root.string() + "': repositories too deep within");
    }
    const auto repository = open_repository(root.string());
    TrackedPaths tracked;
    bool dirty = add_tracked(repository.get(), root, prefix, depth, tracked);
    dirty = add_changed(repository.get(), root, prefix) || dirty;
    dirty = add_untracked(repository.get(), root, prefix, depth, tracked) || dirty;
    return dirty;
  }

 private:
  bool add_tracked(git_repository* repository, const fs::path& root, const std::string& prefix,
                   int depth, TrackedPaths& tracked) {
    git_index* handle = nullptr;
    const int code = ::git_repository_index(&handle, repository);
    const GitIndex index(handle);
    check_git(code, "read the index of", root.string());
    bool dirty = false;
    const auto count = ::git_index_entrycount(index.get());
    for (std::size_t i = 0; i < count; ++i) {
      const auto* entry = ::git_index_get_byindex(index.get(), i);
      tracked.add(entry->path);
      if ((entry->mode & 0170000U) == GIT_FILEMODE_COMMIT) {
        dirty = add_submodule(root, prefix, *entry, depth) || dirty;
      } else {
        add(prefix + entry->path, FileClass::tracked);
      }
    }
    return dirty;
  }

  bool add_changed(git_repository* repository, const fs::path& root, const std::string& prefix) {
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    git_status_list* handle = nullptr;
    const int code = ::git_status_list_new(&handle, repository, &options);
    const GitStatus status(handle);
    check_git(code, "read the status of", root.string());
    bool dirty = false;
    const auto count = ::git_status_list_entrycount(status.get());
    for (std::size_t i = 0; i < count; ++i) {
      const auto* entry = ::git_status_byindex(status.get(), i);
      const auto* delta =
          entry->index_to_workdir != nullptr ? entry->index_to_workdir : entry->head_to_index;
      if (delta == nullptr || entry->status == GIT_STATUS_CURRENT) continue;
      dirty = true;
      const auto found = tree_.files.find(prefix + delta->new_file.path);
      if (found != tree_.files.end()) found->second = class_of(entry->status);
    }
    return dirty;
  }

  bool add_untracked(git_repository* repository, const fs::path& root, const std::string& prefix,
                     int depth, const TrackedPaths& tracked) {
    const auto untracked = find_untracked(repository, root, tracked);
    for (const auto& path : untracked.files) add(prefix + path, FileClass::untracked);
    for (const auto& path : untracked.unreadable) {
      tree_.left_out[prefix + path] = {0, "permission denied", false};
    }
    for (const auto& path : untracked.repositories) {
      add_inner(root / path, prefix + path + "/", depth);
    }
    return !untracked.files.empty() || !untracked.repositories.empty();
  }

  bool add_submodule(const fs::path& root, const std::string& prefix, const git_index_entry& entry,
                     int depth) {
    Submodule submodule{prefix + entry.path, to_text(entry.id), std::nullopt, false};
    const auto path = root / entry.path;
    std::error_code none;
    if (fs::exists(path / ".git", none)) {
      submodule.head = head_of(path);
      submodule.dirty = add_inner(path, submodule.path + "/", depth);
    } else if (fs::is_directory(path, none)) {
      tree_.empty_directories.push_back(submodule.path);
    }
    const bool changed =
        submodule.dirty || (submodule.head && *submodule.head != submodule.recorded);
    tree_.submodules.push_back(std::move(submodule));
    return changed;
  }

  /// What git cannot read of a repository within is taken as a directory.
  bool add_inner(const fs::path& path, const std::string& prefix, int depth) {
    try {
      return add_repository(path, prefix, depth + 1);
    } catch (const Error&) {
      auto inner = list_directory(path);
      for (auto& [name, file_class] : inner.files) add(prefix + name, FileClass::untracked);
      for (auto& name : inner.empty_directories) tree_.empty_directories.push_back(prefix + name);
      for (auto& [name, what] : inner.left_out) tree_.left_out.emplace(prefix + name, what);
      return true;
    }
  }

  static std::optional<std::string> head_of(const fs::path& path) {
    try {
      const auto repository = open_repository(path.string());
      git_oid id{};
      if (::git_reference_name_to_id(&id, repository.get(), "HEAD") != 0) return std::nullopt;
      return to_text(id);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  void add(std::string path, FileClass file_class) {
    tree_.files.insert_or_assign(std::move(path), file_class);
  }

  WorkTree& tree_;
};

}  // namespace

WorkTree list_git_files(const fs::path& root) {
  WorkTree tree;
  tree.dirty = Lister(tree).add_repository(root, "", 0);
  return tree;
}

}  // namespace track::detail
