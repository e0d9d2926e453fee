#include "replay/materialize.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "capture/capture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

fs::path make_temporary() {
  const char* configured = std::getenv("TMPDIR");
  auto pattern = (fs::path(configured != nullptr && *configured != '\0' ? configured : "/tmp") /
                  "track-replay-XXXXXX")
                     .string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorCode::io,
                fmt::format("cannot make a directory for the replay in '{}': {}",
                            fs::path(pattern).parent_path().string(), std::strerror(errno)));
  }
  return pattern;
}

fs::path take_directory(const fs::path& wanted) {
  const auto path = fs::absolute(wanted).lexically_normal();
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_empty(path, ignored)) {
    throw Error(ErrorCode::conflict,
                fmt::format("cannot replay in '{}': it is not empty", path.string()));
  }
  storage::create_directories(path, 0700);
  return path;
}

void place_input(const InputLink& input, const storage::ObjectStore& objects,
                 const fs::path& code) {
  const auto target = (code / input.relative).lexically_normal();
  storage::create_directories(target.parent_path(), 0755);
  storage::remove_tree(target);  // the snapshot may hold another version of it
  if (!input.source.empty()) {
    std::error_code error;
    fs::create_symlink(input.source, target, error);
    if (error)
      throw Error(ErrorCode::io, fmt::format("cannot link input '{}' to '{}': {}", input.name,
                                             target.string(), error.message()));
  } else if (input.record.is_tree) {
    objects.restore_tree(*input.record.digest, target);
  } else {
    objects.restore_file(*input.record.digest, target, 0444);
  }
}

}  // namespace

ReplayDirectory::ReplayDirectory(const fs::path& wanted, bool keep)
    : path_(wanted.empty() ? make_temporary() : take_directory(wanted)),
      keep_(keep || !wanted.empty()) {}

ReplayDirectory::~ReplayDirectory() {
  if (keep_) return;
  try {
    storage::remove_tree(path_);
  } catch (const Error&) {
    // What cannot be removed stays: it lies in the temporary directory, and the report names it.
  }
}

fs::path materialize(const ReplayPlan& plan, const storage::ObjectStore& objects,
                     const ReplayDirectory& directory) {
  restore_snapshot(plan.original.fields, objects, directory.code(), plan.left_out);
  for (const auto& input : plan.inputs) place_input(input, objects, directory.code());
  storage::create_directories(replay_working_directory(plan, directory), 0755);
  if (!plan.executable.empty()) return plan.executable;
  const auto program = directory.code() / plan.program_relative;
  storage::create_directories(program.parent_path(), 0755);
  objects.restore_file(plan.program, program, 0755, true);
  return program;
}

fs::path replay_working_directory(const ReplayPlan& plan, const ReplayDirectory& directory) {
  const auto relative = plan.working_directory.lexically_relative(plan.code_root);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? directory.code() / relative : directory.code();
}

}  // namespace track::detail
