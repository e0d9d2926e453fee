#include "capture/code/git_facts.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "capture/code/code_root.hpp"
#include "capture/code/git.hpp"
#include "capture/field_names.hpp"
#include "capture/redaction.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;
using schemas::Json;

std::optional<std::string> setting(git_config* config, const char* name) {
  git_buf value = GIT_BUF_INIT;
  if (::git_config_get_string_buf(&value, config, name) != 0) return std::nullopt;
  std::string text(value.ptr, value.size);
  ::git_buf_dispose(&value);
  return text;
}

/// HEAD's commit; nothing where there is none yet.
std::optional<git_oid> head_commit(git_repository* repository) {
  git_oid id{};
  const int code = ::git_reference_name_to_id(&id, repository, "HEAD");
  if (code == GIT_ENOTFOUND) return std::nullopt;
  check_git(code, "resolve", "HEAD");
  return id;
}

/// Nothing where HEAD is detached.
std::optional<std::string> branch(git_repository* repository) {
  git_reference* handle = nullptr;
  const int code = ::git_reference_lookup(&handle, repository, "HEAD");
  const GitReference head(handle);
  check_git(code, "read", "HEAD");
  if (::git_reference_type(head.get()) != GIT_REFERENCE_SYMBOLIC) return std::nullopt;
  constexpr std::string_view k_heads = "refs/heads/";
  std::string_view target = ::git_reference_symbolic_target(head.get());
  if (target.starts_with(k_heads)) target.remove_prefix(k_heads.size());
  return std::string(target);
}

/// scheme://user:word@host/path and user@host:path without the user.
std::string without_user(std::string url) {
  const auto scheme = url.find("://");
  const auto start = scheme == std::string::npos ? 0 : scheme + 3;
  const auto end = url.find_first_of(scheme == std::string::npos ? ":/" : "/?#", start);
  const auto at = url.rfind('@', end);
  if (at != std::string::npos && at >= start) url.erase(start, at + 1 - start);
  return redact_text(url).text;
}

/// Read from the settings: git_remote_list matches a pattern, and what it allocates for a setting
/// that does not match is never freed.
std::optional<JsonText> remotes(git_repository* repository) {
  constexpr std::string_view k_prefix = "remote.";
  constexpr std::string_view k_suffix = ".url";
  git_config* config_handle = nullptr;
  const int opened = ::git_repository_config_snapshot(&config_handle, repository);
  const GitConfig config(config_handle);
  check_git(opened, "read the settings of", "repository");
  git_config_iterator* handle = nullptr;
  const int code = ::git_config_iterator_new(&handle, config.get());
  const GitConfigIterator entries(handle);
  check_git(code, "list the settings of", "repository");
  auto all = Json::object();
  bool any = false;
  for (git_config_entry* entry = nullptr; ::git_config_next(&entry, entries.get()) == 0;) {
    std::string_view name(entry->name);
    if (!name.starts_with(k_prefix) || !name.ends_with(k_suffix)) continue;
    if (name.size() <= k_prefix.size() + k_suffix.size() || entry->value == nullptr) continue;
    name = name.substr(k_prefix.size(), name.size() - k_prefix.size() - k_suffix.size());
    const auto key = escape_bytes(name);
    if (all.find(key) != nullptr) continue;  // git fetches from the first one
    all.set(key, escape_bytes(without_user(entry->value)));
    any = true;
  }
  if (!any) return std::nullopt;
  return JsonText{all.canonical()};
}

/// Whether no remote branch holds HEAD; nothing where there are none.
std::optional<bool> unpushed(git_repository* repository, const git_oid& head) {
  git_reference_iterator* handle = nullptr;
  const int code = ::git_reference_iterator_glob_new(&handle, repository, "refs/remotes/*");
  const GitReferences branches(handle);
  check_git(code, "list the remote branches of", "repository");
  std::vector<git_oid> tips;
  for (const char* name = nullptr; ::git_reference_next_name(&name, branches.get()) == 0;) {
    git_oid tip{};
    if (::git_reference_name_to_id(&tip, repository, name) == 0) tips.push_back(tip);
  }
  if (tips.empty()) return std::nullopt;
  const int found = ::git_graph_reachable_from_any(repository, &head, tips.data(), tips.size());
  check_git(found, "compare with the remotes of", "repository");
  return found == 0;
}

std::optional<std::string> operation(git_repository* repository) {
  switch (::git_repository_state(repository)) {
    case GIT_REPOSITORY_STATE_NONE:
      return std::nullopt;
    case GIT_REPOSITORY_STATE_MERGE:
      return "merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
      return "revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
      return "cherry-pick";
    case GIT_REPOSITORY_STATE_BISECT:
      return "bisect";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
      return "apply-mailbox";
    default:
      return "rebase";
  }
}

std::optional<JsonText> checkout_shape(const fs::path& root, const GitSettings& settings) {
  auto shape = Json::array();
  const auto own = git_directory(root);
  const auto common = git_common_directory(own);
  std::error_code none;
  if (settings.partial) shape.push("partial");
  if (fs::exists(common / "shallow", none)) shape.push("shallow");
  if (settings.sparse) shape.push("sparse");
  if (own != common) shape.push("worktree");
  if (shape.as_array().empty()) return std::nullopt;
  return JsonText{shape.dump()};
}

void add_unreadable(const std::string& why, FieldList& fields) {
  fields.unavailable(fields::k_code_head, FieldClass::key, why);
  fields.unavailable(fields::k_code_branch, FieldClass::diagnostic, why);
  fields.unavailable(fields::k_code_remotes, FieldClass::personal, why);
  fields.unavailable(fields::k_code_unpushed, FieldClass::diagnostic, why);
  fields.unavailable(fields::k_code_operation, FieldClass::diagnostic, why);
}

}  // namespace

GitSettings read_git_settings(const fs::path& root) {
  GitSettings settings;
  const auto own = git_directory(root);
  for (const auto& file : {git_common_directory(own) / "config", own / "config.worktree"}) {
    git_config* handle = nullptr;
    const int code = ::git_config_open_ondisk(&handle, file.c_str());
    const GitConfig config(handle);
    if (code != 0) continue;
    if (auto format = setting(config.get(), "extensions.objectformat")) {
      settings.object_format = *std::move(format);
    }
    if (setting(config.get(), "extensions.partialclone")) settings.partial = true;
    int sparse = 0;
    if (::git_config_get_bool(&sparse, config.get(), "core.sparsecheckout") == 0) {
      settings.sparse = sparse != 0;
    }
  }
  return settings;
}

void add_git_facts(const fs::path& root, const GitSettings& settings, FieldList& fields) {
  constexpr auto k_note = FieldClass::diagnostic;
  fields.known(fields::k_code_object_format, k_note, settings.object_format);
  fields.collect(fields::k_code_checkout, k_note, [&] { return checkout_shape(root, settings); });
  GitRepository opened;
  try {
    opened = open_repository(root.string());
  } catch (const Error& error) {
    add_unreadable(error.what(), fields);
    return;
  }
  auto* repository = opened.get();
  std::optional<git_oid> head;
  fields.collect(fields::k_code_head, FieldClass::key, [&]() -> std::optional<std::string> {
    head = head_commit(repository);
    return head ? std::optional(to_text(*head)) : std::nullopt;
  });
  fields.collect(fields::k_code_branch, k_note, [&] { return branch(repository); });
  fields.collect(fields::k_code_remotes, FieldClass::personal, [&] { return remotes(repository); });
  fields.collect(fields::k_code_unpushed, k_note, [&]() -> std::optional<bool> {
    return head ? unpushed(repository, *head) : std::nullopt;
  });
  fields.collect(fields::k_code_operation, k_note, [&] { return operation(repository); });
}

std::string git_state_mark(const fs::path& root) {
  const auto own = git_directory(root);
  auto mark = read_system_text(own / "HEAD").value_or("");
  constexpr std::string_view k_reference = "ref: ";
  if (mark.starts_with(k_reference)) {
    const auto name = mark.substr(k_reference.size());
    mark += ' ' + read_system_text(git_common_directory(own) / name).value_or("");
  }
  if (const auto index = storage::stat_entry(own / "index")) {
    mark += fmt::format(" {} {} {}", index->inode, index->size, index->mtime_ns);
  }
  return mark;
}

}  // namespace track::detail
