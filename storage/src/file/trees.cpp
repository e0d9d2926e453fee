#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "file/errno.hpp"
#include "track/storage/file.hpp"

// The one place that names Boost.Filesystem.

namespace track::storage {
namespace {

boost::filesystem::path to_boost(const std::filesystem::path& path) {
  return boost::filesystem::path(path.native());
}

std::int64_t nanoseconds(const timespec& time) noexcept {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// False where nothing is there.
bool fill(WalkEntry& entry) {
  struct stat status {};
  if (::lstat(entry.path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw_errno("read", entry.path, errno);
  }
  entry.mode = status.st_mode;
  entry.size = static_cast<std::uint64_t>(status.st_size);
  entry.device = status.st_dev;
  entry.inode = status.st_ino;
  entry.mtime_ns = nanoseconds(status.st_mtim);
  entry.ctime_ns = nanoseconds(status.st_ctim);
  return true;
}

std::vector<std::string> sorted_names(const std::filesystem::path& directory) {
  boost::system::error_code failure;
  boost::filesystem::directory_iterator at(to_boost(directory), failure);
  std::vector<std::string> names;
  while (!failure && at != boost::filesystem::directory_iterator()) {
    names.push_back(at->path().filename().native());
    at.increment(failure);
  }
  if (failure) throw_errno("list", directory, failure.value());
  std::sort(names.begin(), names.end());
  return names;
}

void walk_below(const std::filesystem::path& directory, const std::filesystem::path& relative,
                const std::function<bool(const WalkEntry&)>& visit) {
  for (const auto& name : sorted_names(directory)) {
    WalkEntry entry;
    entry.path = directory / name;
    entry.relative = relative / name;
    if (!fill(entry)) continue;  // removed since it was listed
    const bool enter = visit(entry);
    if (enter && S_ISDIR(entry.mode)) walk_below(entry.path, entry.relative, visit);
  }
}

}  // namespace

void create_directories(const std::filesystem::path& path, mode_t mode) {
  if (path.empty() || boost::filesystem::is_directory(to_boost(path))) return;
  create_directories(path.parent_path(), mode);
  create_directory(path, mode);
}

void create_directory(const std::filesystem::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode & 0777) != 0) {
    // Another process may have made it in between.
    if (errno == EEXIST && boost::filesystem::is_directory(to_boost(path))) return;
    throw_errno("create directory", path, errno);
  }
  // The umask took bits off, and mkdir ignores set-group-id.
  if (::chmod(path.c_str(), mode) != 0) throw_errno("set the mode of", path, errno);
}

std::uint64_t remove_tree(const std::filesystem::path& path) {
  boost::system::error_code failure;
  const auto removed = boost::filesystem::remove_all(to_boost(path), failure);
  if (failure) throw_errno("remove", path, failure.value());
  return removed;
}

void walk(const std::filesystem::path& root, const std::function<bool(const WalkEntry&)>& visit) {
  walk_below(root, {}, visit);
}

std::optional<WalkEntry> stat_entry(const std::filesystem::path& path) {
  WalkEntry entry;
  entry.path = path;
  if (!fill(entry)) return std::nullopt;
  return entry;
}

Space free_space(const std::filesystem::path& path) {
  boost::system::error_code failure;
  const auto space = boost::filesystem::space(to_boost(path), failure);
  if (failure) throw_errno("read the free space of", path, failure.value());
  return {space.capacity, space.available};
}

}  // namespace track::storage
