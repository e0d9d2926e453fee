#include "objects/tree_scan.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "file/errno.hpp"
#include "objects/object_reader.hpp"
#include "objects/progress_report.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

std::string link_target(const std::filesystem::path& path) {
  std::array<char, PATH_MAX> target{};
  const auto length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) throw_errno("read link", path, errno);
  return {target.data(), static_cast<std::size_t>(length)};
}

class TreeScan final {
 public:
  TreeScan(const AddOptions& options, const StoreIdentity& store, const TreeVisitor& visitor)
      : options_(options), store_(store), visitor_(visitor) {}

  ObjectInfo run(const std::filesystem::path& root) {
    open_.push_back({});
    walk(root, [&](const WalkEntry& entry) { return visit(entry); });
    while (open_.size() > 1) close();
    auto info = finish(open_.back());
    return info;
  }

 private:
  struct Directory {
    std::filesystem::path relative;
    TreeManifest manifest;
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    std::uint64_t new_bytes = 0;
  };

  bool visit(const WalkEntry& entry) {
    // The walk goes depth first: whatever does not hold this entry is complete.
    const auto parent = entry.relative.parent_path();
    while (open_.back().relative != parent) close();
    if (store_.is(entry.device, entry.inode)) return false;
    if (options_.filter && !options_.filter(entry.relative)) return false;
    if (S_ISDIR(entry.mode)) {
      if (open_.size() > k_deepest_tree) {
        throw Error(ErrorCode::unsupported,
                    "cannot read '" + entry.path.string() + "': it is nested too deeply");
      }
      open_.push_back({entry.relative, {}, 0, 0, 0});
      return true;
    }
    if (S_ISREG(entry.mode) || S_ISLNK(entry.mode)) add(entry);
    return false;
  }

  void add(const WalkEntry& entry) {
    TreeEntry made;
    made.name = entry.relative.filename().native();
    auto& directory = open_.back();
    try {
      if (S_ISLNK(entry.mode)) {
        made.type = EntryType::symlink;
        made.target = link_target(entry.path);
      } else {
        const auto info = visitor_.file(entry);
        made.type = (entry.mode & S_IXUSR) != 0 ? EntryType::executable : EntryType::file;
        made.digest = info.digest;
        directory.size += info.size;
        directory.new_bytes += info.new_bytes;
      }
    } catch (const Error& e) {
      if (e.code() != ErrorCode::not_found || stat_entry(entry.path)) throw;
      return;  // removed since it was listed
    }
    ++directory.files;
    directory.manifest.entries.push_back(std::move(made));
    report(options_.progress, "files", ++seen_, 0);
  }

  ObjectInfo finish(const Directory& directory) {
    auto info = visitor_.directory(directory.manifest, directory.size, directory.files);
    info.size = directory.size;
    info.files = directory.files;
    info.is_tree = true;
    info.new_bytes += directory.new_bytes;
    return info;
  }

  void close() {
    const auto done = std::move(open_.back());
    open_.pop_back();
    const auto info = finish(done);
    auto& parent = open_.back();
    TreeEntry entry;
    entry.name = done.relative.filename().native();
    entry.type = EntryType::directory;
    entry.digest = info.digest;
    parent.manifest.entries.push_back(std::move(entry));
    parent.size += info.size;
    parent.files += info.files;
    parent.new_bytes += info.new_bytes;
  }

  const AddOptions& options_;
  const StoreIdentity& store_;
  const TreeVisitor& visitor_;
  std::vector<Directory> open_;  // from the root down
  std::uint64_t seen_ = 0;
};

}  // namespace

ObjectInfo scan_tree(const std::filesystem::path& root, const AddOptions& options,
                     const StoreIdentity& store, const TreeVisitor& visitor) {
  std::error_code unknown;
  if (!std::filesystem::is_directory(root, unknown)) {
    throw Error(stat_entry(root) ? ErrorCode::usage : ErrorCode::not_found,
                "cannot read '" + root.string() + "': it is no directory");
  }
  return TreeScan(options, store, visitor).run(root);
}

}  // namespace track::storage
