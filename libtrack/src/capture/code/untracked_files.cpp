#include "capture/code/untracked_files.hpp"

#include <utility>

#include "capture/code/git.hpp"
#include "capture/code/ignore_rules.hpp"
#include "capture/code/work_tree.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// core.excludesFile, else where git looks for one.
fs::path user_excludes(git_repository* repository) {
  git_config* handle = nullptr;
  const int code = ::git_repository_config_snapshot(&handle, repository);
  const GitConfig config(handle);
  git_buf value = GIT_BUF_INIT;
  if (code == 0 && ::git_config_get_path(&value, config.get(), "core.excludesfile") == 0) {
    fs::path path(std::string(value.ptr, value.size));
    ::git_buf_dispose(&value);
    return path;
  }
  // libgit2 read the environment once, as it was started; reading it here would race with setenv.
  git_buf folder = GIT_BUF_INIT;
  const int found = ::git_libgit2_opts(GIT_OPT_GET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, &folder);
  const std::string path = found == 0 && folder.ptr != nullptr ? folder.ptr : "";
  ::git_buf_dispose(&folder);
  return path.empty() ? fs::path() : fs::path(path) / "ignore";
}

class Walker {
 public:
  Walker(git_repository* repository, fs::path root, const TrackedPaths& tracked)
      : root_(std::move(root)), tracked_(tracked) {
    scopes_.push_back({"", IgnoreRules::read(user_excludes(repository))});
    const fs::path common = ::git_repository_commondir(repository);
    scopes_.push_back({"", IgnoreRules::read(common / "info/exclude")});
  }

  UntrackedFiles walk() {
    visit("");
    return std::move(found_);
  }

 private:
  struct Scope {
    std::string prefix;  ///< of the directory the rules lie in, with '/' at its end
    IgnoreRules rules;
  };

  /// The deepest file of rules that says anything decides.
  [[nodiscard]] bool ignored(const std::string& path, bool directory) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      const auto below = std::string_view(path).substr(scope->prefix.size());
      if (const auto decision = scope->rules.decide(below, directory)) return *decision;
    }
    return false;
  }

  void visit(const std::string& prefix) {
    std::error_code problem;
    fs::directory_iterator entries(root_ / prefix, problem);
    if (problem) {
      found_.unreadable.push_back(prefix.substr(0, prefix.size() - (prefix.empty() ? 0 : 1)));
      return;
    }
    auto rules = IgnoreRules::read(root_ / prefix / ".gitignore");
    const bool scoped = !rules.empty();
    if (scoped) scopes_.push_back({prefix, std::move(rules)});
    for (; !problem && entries != fs::directory_iterator(); entries.increment(problem)) {
      const auto name = entries->path().filename().string();
      if (!is_never_code(name)) take(prefix + name, *entries);
    }
    if (scoped) scopes_.pop_back();
  }

  void take(const std::string& path, const fs::directory_entry& entry) {
    if (tracked_.has(path)) return;  // a file, or a submodule
    std::error_code gone;
    const auto type = entry.symlink_status(gone).type();
    if (type == fs::file_type::directory) {
      take_directory(path);
    } else if (type == fs::file_type::regular || type == fs::file_type::symlink) {
      if (!ignored(path, false)) found_.files.push_back(path);
    }
  }

  void take_directory(const std::string& path) {
    const bool holds_tracked = tracked_.has_below(path);
    // Below an ignored directory nothing can be taken back, what is tracked is known already.
    if (ignored(path, true) || is_store(root_ / path)) return;
    std::error_code none;
    if (!holds_tracked && fs::exists(root_ / path / ".git", none)) {
      found_.repositories.push_back(path);
    } else {
      visit(path + "/");
    }
  }

  fs::path root_;
  const TrackedPaths& tracked_;
  std::vector<Scope> scopes_;
  UntrackedFiles found_;
};

}  // namespace

void TrackedPaths::add(std::string_view path) {
  paths_.emplace(path);
  for (auto slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/')) {
    path = path.substr(0, slash);
    if (!directories_.emplace(path).second) break;
  }
}

UntrackedFiles find_untracked(git_repository* repository, const fs::path& root,
                              const TrackedPaths& tracked) {
  return Walker(repository, root, tracked).walk();
}

}  // namespace track::detail
