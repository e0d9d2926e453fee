#include "capture/code/git.hpp"

#include <array>
#include <string_view>

#include "track/schemas/error.hpp"

namespace track::detail {

GitLibrary::GitLibrary() {
  if (::git_libgit2_init() < 0) {
    throw Error(ErrorCode::unsupported, "cannot start 'libgit2'");
  }
}

GitLibrary::~GitLibrary() { ::git_libgit2_shutdown(); }

void check_git(int code, const std::string& action, const std::string& object) {
  if (code >= 0) return;
  const auto* error = ::git_error_last();
  std::string cause = "no reason was given";
  // Some versions then fail by the setting that they looked for and did not find.
  const bool foreign =
      code == GIT_EOWNER ||
      (error != nullptr && error->message != nullptr &&
       std::string_view(error->message).find("safe.directory") != std::string_view::npos);
  if (foreign) {
    cause = "it belongs to somebody else, and safe.directory does not name it";
  } else if (error != nullptr && error->message != nullptr) {
    cause = error->message;
  }
  const auto kind = foreign                 ? ErrorCode::permission
                    : code == GIT_ENOTFOUND ? ErrorCode::not_found
                                            : ErrorCode::io;
  throw Error(kind, "cannot " + action + " '" + object + "': " + cause);
}

GitRepository open_repository(const std::string& root) {
  git_repository* handle = nullptr;
  const int code =
      ::git_repository_open_ext(&handle, root.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  GitRepository repository(handle);
  check_git(code, "open repository", root);
  return repository;
}

std::string to_text(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ + 1> text{};
  ::git_oid_tostr(text.data(), text.size(), &id);
  return text.data();
}

}  // namespace track::detail
