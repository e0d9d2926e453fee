#include "objects/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>

#include "file/errno.hpp"
#include "file/temporary_name.hpp"
#include "objects/beneath.hpp"
#include "objects/link_target.hpp"
#include "objects/object_reader.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr std::uint64_t k_synced_one_by_one = 64;

std::filesystem::path parent_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

[[noreturn]] void refuse(ErrorCode code, const std::filesystem::path& path,
                         const std::string& cause) {
  throw Error(code, "cannot restore '" + path.string() + "': " + cause);
}

/// What is no file holds more than bytes: a device, a FIFO, a directory. A link is replaced itself.
void require_replaceable(const std::filesystem::path& path) {
  const auto entry = stat_entry(path);
  if (!entry || S_ISREG(entry->mode) || S_ISLNK(entry->mode)) return;
  refuse(ErrorCode::usage, path, S_ISDIR(entry->mode) ? "it is a directory" : "it is no file");
}

/// Builds a tree in a directory of its own, which gets its name once all of it is there.
class TreeRestore final {
 public:
  TreeRestore(const ObjectStore& store, std::filesystem::path top)
      : store_(store), top_(std::move(top)) {}

  void run(const Digest& tree) {
    if (::mkdir(top_.c_str(), 0777) != 0) throw_errno("create directory", top_, errno);
    root_ = open_file(top_, O_RDONLY | O_DIRECTORY);
    fill(tree, root_.get(), {}, 0);
    for (const auto& link : doubtful_links_) {
      // Only the file system knows where names go that pass through other links.
      if (!stays_beneath(root_.get(), link)) {
        refuse(ErrorCode::refused, link, "its target leaves the tree");
      }
    }
    // Many files share one sync, which costs more than a few of their own.
    if (files_ > k_synced_one_by_one && ::syncfs(root_.get()) != 0) {
      throw_errno("sync", top_, errno);
    }
  }

 private:
  void fill(const Digest& tree, int directory, const std::filesystem::path& relative,
            unsigned depth) {
    if (depth > k_deepest_tree) refuse(ErrorCode::refused, relative, "it is nested too deeply");
    const auto manifest = store_.read_tree(tree);
    for (const auto& entry : manifest.entries) {
      const auto path = relative / entry.name;
      // What has a longer name could be made from here, but never be named or removed again.
      if (top_.native().size() + path.native().size() + 2 > PATH_MAX) {
        refuse(ErrorCode::refused, path, "its name is too long");
      }
      switch (entry.type) {
        case EntryType::directory:
          fill(entry.digest, make_directory(directory, entry.name, path).get(), path, depth + 1);
          break;
        case EntryType::symlink:
          make_link(directory, entry, path, depth);
          break;
        case EntryType::file:
        case EntryType::executable:
          make_file(directory, entry, path);
          break;
      }
    }
    if (files_ <= k_synced_one_by_one && ::fsync(directory) != 0 && errno != EINVAL) {
      throw_errno("sync", relative, errno);
    }
  }

  static Fd make_directory(int parent, const std::string& name, const std::filesystem::path& path) {
    if (::mkdirat(parent, name.c_str(), 0777) != 0) throw_errno("create directory", path, errno);
    return open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0, path);
  }

  void make_link(int parent, const TreeEntry& entry, const std::filesystem::path& path,
                 unsigned depth) {
    switch (judge_link(entry.target, depth)) {
      case LinkTarget::leaves:
        refuse(ErrorCode::refused, path, "its target '" + entry.target + "' leaves the tree");
      case LinkTarget::doubtful:
        doubtful_links_.push_back(path);
        break;
      case LinkTarget::stays:
        break;
    }
    if (::symlinkat(entry.target.c_str(), parent, entry.name.c_str()) != 0) {
      throw_errno("create link", path, errno);
    }
  }

  void make_file(int parent, const TreeEntry& entry, const std::filesystem::path& path) {
    const mode_t mode = entry.type == EntryType::executable ? 0777 : 0666;  // less the umask
    Fd file = open_beneath(parent, entry.name, O_WRONLY | O_CREAT | O_EXCL, mode, path);
    store_.read(entry.digest,
                [&](std::span<const std::byte> bytes) { write_all(file.get(), bytes, path); });
    if (++files_ <= k_synced_one_by_one) sync_file(file.get(), path);
    file.close();
  }

  const ObjectStore& store_;
  std::filesystem::path top_;
  Fd root_;
  std::uint64_t files_ = 0;
  std::vector<std::filesystem::path> doubtful_links_;
};

/// Removes what was half made unless it got its name.
class Unfinished final {
 public:
  explicit Unfinished(const std::filesystem::path& target)
      : path_(parent_of(target) / temporary_name("restore")) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    try {
      if (!path_.empty()) remove_tree(path_);
    } catch (const Error&) {
      // What stays has a name that says what it is; the failure that led here matters more.
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  void done() noexcept { path_.clear(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

void restore_file(const ObjectStore& store, const Digest& file, const std::filesystem::path& path,
                  mode_t mode, bool overwrite) {
  if (!overwrite && stat_entry(path)) refuse(ErrorCode::conflict, path, "it exists");
  require_replaceable(path);
  Unfinished unfinished(path);
  const auto& temporary = unfinished.path();
  Fd out = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
  store.read(file,
             [&](std::span<const std::byte> bytes) { write_all(out.get(), bytes, temporary); });
  if (::fchmod(out.get(), mode & 0777) != 0) throw_errno("set the mode of", temporary, errno);
  sync_file(out.get(), temporary);
  out.close();
  if (overwrite) {
    if (std::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("restore", path, errno);
    unfinished.done();
  } else if (::link(temporary.c_str(), path.c_str()) != 0) {
    // A link, unlike a rename, leaves alone what somebody put there meanwhile.
    if (errno == EEXIST) refuse(ErrorCode::conflict, path, "it exists");
    if (errno != EPERM && errno != EOPNOTSUPP) throw_errno("restore", path, errno);
    if (std::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("restore", path, errno);
    unfinished.done();
  }
  sync_directory(parent_of(path));
}

void restore_tree(const ObjectStore& store, const Digest& tree,
                  const std::filesystem::path& directory) {
  auto target = directory;
  if (!target.has_filename()) target = target.parent_path();  // a trailing slash
  std::error_code unknown;
  const bool exists = std::filesystem::is_directory(target, unknown);
  if (exists ? !std::filesystem::is_empty(target, unknown) : stat_entry(target).has_value()) {
    refuse(ErrorCode::conflict, target, "it exists and is no empty directory");
  }
  // What exists stays the directory that it is: somebody may stand in it.
  Unfinished unfinished(exists ? target / "tree" : target);
  const auto& built = unfinished.path();
  TreeRestore(store, built).run(tree);
  if (exists) {
    for (const auto& entry : std::filesystem::directory_iterator(built)) {
      const auto name = target / entry.path().filename();
      if (std::rename(entry.path().c_str(), name.c_str()) != 0) throw_errno("restore", name, errno);
    }
    sync_directory(target);
    return;
  }
  // Fails where somebody put a file or a full directory there meanwhile.
  if (std::rename(built.c_str(), target.c_str()) != 0) throw_errno("restore", target, errno);
  unfinished.done();
  sync_directory(parent_of(target));
}

}  // namespace track::storage
