#include "capture/code/snapshot.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "capture/code/ignore_rules.hpp"
#include "capture/code/tree_builder.hpp"
#include "capture/redaction.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t k_ns_per_ms = 1'000'000;

std::int64_t nanoseconds(std::int64_t seconds, std::uint32_t rest) noexcept {
  return seconds * 1'000'000'000 + rest;
}

std::string read_link(const fs::path& path, std::size_t size) {
  std::string target(std::max<std::size_t>(size, 255) + 1, '\0');
  const auto length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) {
    throw Error(ErrorCode::io, "cannot read link '" + path.string() +
                                   "': " + std::generic_category().message(errno));
  }
  target.resize(static_cast<std::size_t>(length));
  return target;
}

class Taker {
 public:
  Taker(const fs::path& root, const CaptureContext& context, storage::ObjectWriter& objects)
      : root_(root),
        ignored_(IgnoreRules::read(root / ".trackignore")),
        context_(context),
        // The start is cut to milliseconds: what happened within the same one came before.
        start_ns_((context.start.ms + 1) * k_ns_per_ms),
        objects_(objects) {}

  Snapshot take(const WorkTree& tree) {
    const auto batch = objects_.begin_batch();
    for (const auto& [path, what] : tree.left_out) skip(path, what.size, what.why, what.by_choice);
    for (const auto& [path, file_class] : tree.files) take_path(path, file_class);
    for (const auto& path : tree.empty_directories) take_directory(path);
    for (const auto& submodule : tree.submodules) submodules_.push_back(submodule.path);
    snapshot_.tree = builder_.store(objects_);
    for (const auto& path : builder_.directories()) list_directory_mode(path);
    std::sort(snapshot_.paths.begin(), snapshot_.paths.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::move(snapshot_);
  }

 private:
  void skip(const std::string& path, std::uint64_t size, std::string why, bool by_choice = false) {
    ListedPath listed;
    listed.path = path;
    listed.file_class = "skipped";
    listed.size = size;
    listed.why = std::move(why);
    listed.by_choice = by_choice;
    snapshot_.paths.push_back(std::move(listed));
    ++snapshot_.skipped;
    if (!by_choice) snapshot_.complete = false;
  }

  void take_path(const std::string& path, FileClass file_class) {
    const auto full = root_ / path;
    struct statx status {};
    constexpr unsigned k_wanted = STATX_BASIC_STATS | STATX_BTIME;
    if (::statx(AT_FDCWD, full.c_str(), AT_SYMLINK_NOFOLLOW, k_wanted, &status) != 0) {
      // Deleted in the work tree: the snapshot is of what is there.
      if (errno != ENOENT && errno != ENOTDIR) {
        skip(path, 0, std::generic_category().message(errno));
      }
      return;
    }
    const bool known_to_git = file_class != FileClass::untracked && file_class != FileClass::plain;
    if (ignored_.ignores(path)) {
      skip(path, status.stx_size, "named by .trackignore", true);
    } else if (!known_to_git && born_after_start(status)) {
      skip(path, status.stx_size, "made after the run began", true);
    } else if (S_ISLNK(status.stx_mode)) {
      take_link(path, full, status);
    } else if (S_ISREG(status.stx_mode)) {
      take_file(path, full, status, file_class);
    } else if (!S_ISDIR(status.stx_mode)) {
      skip(path, 0, "neither a file nor a link", true);
    }
  }

  [[nodiscard]] bool born_after_start(const struct statx& status) const noexcept {
    return (status.stx_mask & STATX_BTIME) != 0 &&
           nanoseconds(status.stx_btime.tv_sec, status.stx_btime.tv_nsec) > start_ns_;
  }

  void take_link(const std::string& path, const fs::path& full, const struct statx& status) try {
    ListedPath listed;
    listed.path = path;
    listed.file_class = "symlink";
    listed.target = read_link(full, static_cast<std::size_t>(status.stx_size));
    builder_.add(path, {{}, storage::EntryType::symlink, {}, listed.target});
    snapshot_.paths.push_back(std::move(listed));
  } catch (const Error& error) {
    skip(path, 0, error.what());
  }

  void take_file(const std::string& path, const fs::path& full, const struct statx& status,
                 FileClass file_class) {
    if (status.stx_size > context_.config.code_file_limit) {
      skip(path, status.stx_size, "larger than the limit for one file");
      return;
    }
    if (total_ + status.stx_size > context_.config.code_total_limit) {
      skip(path, status.stx_size, "beyond the limit for all files");
      return;
    }
    try {
      const auto info =
          file_class == FileClass::tracked ? objects_.add_file(full) : add_scanned(full);
      ListedPath listed;
      listed.path = path;
      listed.file_class = std::string(to_string(file_class));
      listed.mode = status.stx_mode & 07777U;
      listed.size = info.size;
      listed.digest = info.digest;
      listed.torn = nanoseconds(status.stx_ctime.tv_sec, status.stx_ctime.tv_nsec) > start_ns_;
      const bool executable = (status.stx_mode & 0111U) != 0;
      builder_.add(path, {{},
                          executable ? storage::EntryType::executable : storage::EntryType::file,
                          info.digest,
                          {}});
      snapshot_.torn = snapshot_.torn || listed.torn;
      total_ += info.size;
      ++snapshot_.files;
      snapshot_.paths.push_back(std::move(listed));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::no_space) throw;
      if (error.code() == ErrorCode::conflict) snapshot_.torn = true;  // it never held still
      skip(path, status.stx_size, redact_text(error.what()).text);
    }
  }

  /// What git does not have yet is looked through first, and the bytes that were looked through
  /// are the ones that are stored.
  storage::ObjectInfo add_scanned(const fs::path& full) {
    const auto bytes = storage::read_file(full);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (const auto match = find_secret(text)) {
      throw Error(ErrorCode::refused, fmt::format("secret: {}", match->rule));
    }
    return objects_.add_bytes(bytes);
  }

  void take_directory(const std::string& path) {
    if (!ignored_.ignores(path)) builder_.add_directory(path);
  }

  void list_directory_mode(const std::string& path) {
    struct stat status {};
    if (::lstat((root_ / path).c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return;
    ListedPath listed;
    listed.path = path;
    const bool submodule =
        std::find(submodules_.begin(), submodules_.end(), path) != submodules_.end();
    listed.file_class = submodule ? "submodule" : "directory";
    listed.mode = status.st_mode & 07777U;
    snapshot_.paths.push_back(std::move(listed));
  }

  fs::path root_;
  IgnoreRules ignored_;
  const CaptureContext& context_;
  std::int64_t start_ns_;
  storage::ObjectWriter& objects_;
  TreeBuilder builder_;
  std::vector<std::string> submodules_;
  std::uint64_t total_ = 0;
  Snapshot snapshot_;
};

}  // namespace

std::string_view to_string(FileClass file_class) noexcept {
  switch (file_class) {
    case FileClass::tracked:
      return "tracked";
    case FileClass::modified:
      return "modified";
    case FileClass::staged:
      return "staged";
    case FileClass::untracked:
      return "untracked";
    case FileClass::plain:
      break;
  }
  return "plain";
}

Snapshot take_snapshot(const fs::path& root, const WorkTree& tree, const CaptureContext& context,
                       storage::ObjectWriter& objects) {
  return Taker(root, context, objects).take(tree);
}

}  // namespace track::detail
