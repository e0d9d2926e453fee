#include <span>
#include <utility>

#include "capture/code/code_root.hpp"
#include "capture/code/git.hpp"
#include "capture/code/git_facts.hpp"
#include "capture/code/snapshot.hpp"
#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;
using schemas::Json;

/// Directories that are nobody's project: to swallow one would be to keep somebody's papers.
void refuse_no_project(const fs::path& directory, const CaptureContext& context) {
  const auto home = find_variable(context.environment, "HOME").value_or("");
  std::error_code none;
  const auto same = [&](const fs::path& other) { return fs::equivalent(directory, other, none); };
  const bool is_home = !home.empty() && same(home);
  if (is_home || same("/") || same("/tmp") || same("/var/tmp") || same("/dev/shm")) {
    throw Error(ErrorCode::refused, "cannot capture '" + directory.string() +
                                        "' as code: it is no project's directory");
  }
}

JsonText describe(const std::vector<Submodule>& submodules) {
  auto all = Json::array();
  for (const auto& submodule : submodules) {
    auto each = Json::object();
    each.set("path", escape_bytes(submodule.path));
    each.set("recorded", submodule.recorded);
    each.set("head", submodule.head);
    each.set("dirty", submodule.dirty);
    all.push(std::move(each));
  }
  return {all.dump()};
}

class CodeCollector {
 public:
  CodeCollector(const CaptureContext& context, storage::ObjectWriter& objects)
      : context_(context), objects_(objects), root_(find_code_root(context.working_directory)) {}

  Fields collect() {
    std::error_code none;
    const bool git = fs::exists(root_ / ".git", none);
    const bool bare = !git && is_bare_repository(root_);
    fields_.known(fields::k_code_kind, FieldClass::key, git || bare ? "git" : "directory");
    fields_.known(fields::k_code_root, FieldClass::personal, escape_bytes(root_.native()));
    try {
      if (bare) throw Error(ErrorCode::unsupported, "a bare repository has no work tree");
      if (git) {
        collect_git();
      } else {
        refuse_no_project(root_, context_);
        add_snapshot(take_snapshot(root_, list_directory(root_), context_, objects_));
      }
    } catch (const std::exception& error) {
      add_no_snapshot(error.what());
    }
    return fields_.take();
  }

 private:
  void collect_git() {
    const GitLibrary library;
    const auto settings = read_git_settings(root_);
    add_git_facts(root_, settings, fields_);
    std::string why;
    if (settings.readable()) {
      try {
        collect_work_tree();
        return;
      } catch (const Error& error) {
        // A repository of somebody else, a damaged index: the files are there all the same.
        if (error.code() == ErrorCode::no_space) throw;
        why = error.what();
      }
    } else {
      why = "a sparse, partial or " + settings.object_format +
            " repository: what changed there cannot be told";
    }
    fields_.unavailable(fields::k_code_dirty, FieldClass::key, why);
    fields_.unavailable(fields::k_code_submodules, FieldClass::key, why);
    add_snapshot(take_snapshot(root_, list_directory(root_), context_, objects_));
  }

  void collect_work_tree() {
    for (int attempt = 1;; ++attempt) {
      const auto mark = git_state_mark(root_);
      const auto tree = list_git_files(root_);
      auto snapshot = take_snapshot(root_, tree, context_, objects_);
      const bool moved = git_state_mark(root_) != mark;
      if (moved && attempt == 1) continue;
      snapshot.torn = snapshot.torn || moved;
      if (moved) torn_why_ = "git changed HEAD or the index; leave both alone while a run starts";
      fields_.known(fields::k_code_dirty, FieldClass::key, tree.dirty);
      if (tree.submodules.empty()) {
        fields_.absent(fields::k_code_submodules, FieldClass::key);
      } else {
        fields_.known(fields::k_code_submodules, FieldClass::key, describe(tree.submodules));
      }
      add_snapshot(snapshot);
      return;
    }
  }

  void add_snapshot(const Snapshot& snapshot) {
    const auto listing = encode_listing(snapshot.paths);
    const auto stored = objects_.add_bytes(std::as_bytes(std::span(listing)));
    fields_.known(fields::k_code_snapshot, FieldClass::key, snapshot.tree.to_string(),
                  snapshot.tree);
    fields_.known(fields::k_code_listing, FieldClass::diagnostic, stored.digest.to_string(),
                  stored.digest);
    fields_.known(fields::k_code_complete, FieldClass::reexecute, snapshot.complete);
    fields_.known(fields::k_code_torn, FieldClass::reexecute, snapshot.torn).detail = torn_why_;
    fields_.known(fields::k_code_files, FieldClass::diagnostic, snapshot.files);
    fields_.known(fields::k_code_skipped, FieldClass::diagnostic, snapshot.skipped);
  }

  void add_no_snapshot(std::string_view why) {
    fields_.unavailable(fields::k_code_snapshot, FieldClass::key, why);
    fields_.unavailable(fields::k_code_listing, FieldClass::diagnostic, why);
    fields_.unavailable(fields::k_code_complete, FieldClass::reexecute, why);
  }

  const CaptureContext& context_;
  storage::ObjectWriter& objects_;
  fs::path root_;
  std::string torn_why_;  ///< besides the files that the listing marks
  FieldList fields_{Section::code};
};

}  // namespace

Fields collect_code(const CaptureContext& context, storage::ObjectWriter& objects) {
  return CodeCollector(context, objects).collect();
}

}  // namespace track::detail
