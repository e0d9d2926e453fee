#include <fmt/format.h>
#include <git2.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "doctor/checks.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

void add(DoctorReport& report, std::string_view area, std::string name, CheckState state,
         std::string finding, std::string advice = {}) {
  report.checks.push_back({.area = std::string(area),
                           .name = std::move(name),
                           .state = state,
                           .finding = std::move(finding),
                           .advice = std::move(advice)});
}

class GitSession final {
 public:
  GitSession() { git_libgit2_init(); }
  GitSession(const GitSession&) = delete;
  GitSession& operator=(const GitSession&) = delete;
  ~GitSession() { git_libgit2_shutdown(); }
};

struct RepositoryDeleter {
  void operator()(git_repository* repository) const noexcept { git_repository_free(repository); }
};

void describe_repository(DoctorReport& report, git_repository* repository) {
  if (git_repository_is_bare(repository) != 0) {
    add(report, "git", "repository", CheckState::warning,
        "it is bare: there is no code to capture");
    return;
  }
  const char* directory = git_repository_workdir(repository);
  add(report, "git", "repository", CheckState::ok,
      fmt::format("the code of '{}' is captured with each run", directory));
  if (git_repository_head_unborn(repository) == 1) {
    add(report, "git", "commit", CheckState::warning,
        "there is no commit yet: the files are captured all the same",
        "commit the code, so that a run has a commit to name");
  }
}

}  // namespace

void check_machine(DoctorReport& report) {
  utsname name{};
  if (::uname(&name) == 0)
    add(report, "machine", "system", CheckState::ok,
        fmt::format("{} {} on {}", name.sysname, name.release, name.machine));
  add(report, "machine", "processors", CheckState::ok,
      fmt::format("{} online", ::sysconf(_SC_NPROCESSORS_ONLN)));
  if (storage::boot_id().empty()) {
    add(report, "machine", "boot id", CheckState::warning,
        "it cannot be read: a run that dies here is shown as unknown, not killed", "mount /proc");
  } else {
    add(report, "machine", "boot id", CheckState::ok, "whether a run is alive can be told");
  }
}

void check_file_system(DoctorReport& report, const fs::path& place, double floor) {
  try {
    if (storage::is_local_file_system(place)) {
      add(report, "file system", "kind", CheckState::ok, "its locks and maps can be trusted");
    } else {
      add(report, "file system", "kind", CheckState::warning,
          "it is not known to be local: whether a run is alive cannot be told from its locks",
          "keep the store on a local disk");
    }
    const auto space = storage::free_space(place);
    const auto free = space.capacity == 0 ? 1.0
                                          : static_cast<double>(space.available) /
                                                static_cast<double>(space.capacity);
    const auto finding =
        fmt::format("{:.1f} GiB ({:.0f} %) free",
                    static_cast<double>(space.available) / (1U << 30U), free * 100);
    add(report, "file system", "space", free < floor ? CheckState::warning : CheckState::ok,
        finding, free < floor ? "artifacts are kept as digests only until there is more" : "");
  } catch (const Error& error) {
    add(report, "file system", "readable", CheckState::failure, error.what());
  }
}

void check_code(DoctorReport& report, const fs::path& directory) {
  const GitSession session;
  git_repository* opened = nullptr;
  const int error = git_repository_open_ext(&opened, directory.c_str(), 0, nullptr);
  const std::unique_ptr<git_repository, RepositoryDeleter> repository(opened);
  if (error == GIT_ENOTFOUND) {
    add(report, "git", "repository", CheckState::warning,
        "there is none here: the files of the working directory are captured, without history",
        "git init");
  } else if (error != 0) {
    const auto* last = git_error_last();
    add(report, "git", "repository", CheckState::warning,
        fmt::format("it cannot be read, so code is captured as plain files: {}",
                    last != nullptr ? last->message : "unknown cause"));
  } else {
    describe_repository(report, repository.get());
  }
}

void check_gpu(DoctorReport& report, const fs::path& devices) {
  std::error_code ignored;
  if (fs::exists(devices / "nvidiactl", ignored) || fs::exists(devices / "kfd", ignored)) {
    add(report, "gpu", "device", CheckState::warning,
        "there is one, and this version captures nothing of it: no replay can claim that GPUs "
        "agree");
  } else {
    add(report, "gpu", "device", CheckState::ok, "there is none");
  }
}

}  // namespace track::detail
