#pragma once

#include <git2.h>

#include <memory>
#include <string>

// The door to libgit2: owners for its handles and one translation of its errors.

namespace track::detail {

/// libgit2 counts its users; one of these lives for as long as handles are used.
class GitLibrary final {
 public:
  GitLibrary();
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
  ~GitLibrary();
};

template <auto Free>
struct GitFree {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using GitRepository = std::unique_ptr<git_repository, GitFree<git_repository_free>>;
using GitIndex = std::unique_ptr<git_index, GitFree<git_index_free>>;
using GitStatus = std::unique_ptr<git_status_list, GitFree<git_status_list_free>>;
using GitReference = std::unique_ptr<git_reference, GitFree<git_reference_free>>;
using GitReferences = std::unique_ptr<git_reference_iterator, GitFree<git_reference_iterator_free>>;
using GitConfig = std::unique_ptr<git_config, GitFree<git_config_free>>;
using GitConfigIterator = std::unique_ptr<git_config_iterator, GitFree<git_config_iterator_free>>;

/// Throws Error with libgit2's own words where `code` is a failure.
void check_git(int code, const std::string& action, const std::string& object);

/// Ownership checks stay as they are: a repository of somebody else is Error{permission}.
[[nodiscard]] GitRepository open_repository(const std::string& root);

[[nodiscard]] std::string to_text(const git_oid& id);

}  // namespace track::detail
