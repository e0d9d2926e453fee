#pragma once

#include <filesystem>
#include <string>

#include "capture/field_list.hpp"

namespace track::detail {

/// What a repository's settings say of how it must be read.
struct GitSettings {
  std::string object_format = "sha1";
  bool sparse = false;
  bool partial = false;

  /// Whether libgit2 can tell what changed there.
  [[nodiscard]] bool readable() const { return object_format == "sha1" && !sparse && !partial; }
};

/// Needs a GitLibrary alive. Never throws for settings that cannot be read: they have defaults.
[[nodiscard]] GitSettings read_git_settings(const std::filesystem::path& root);

/// HEAD, branch, remotes, operation and the shape of the checkout.
void add_git_facts(const std::filesystem::path& root, const GitSettings& settings,
                   FieldList& fields);

/// What changes when a commit, a checkout or a `git add` comes between: HEAD and the index file.
[[nodiscard]] std::string git_state_mark(const std::filesystem::path& root);

}  // namespace track::detail
