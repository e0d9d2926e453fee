#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "capture/capture.hpp"
#include "capture/code/listing.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr int k_deepest = 512;

const CapturedField* find_code(const std::vector<CapturedField>& fields, std::string_view name) {
  for (const auto& field : fields) {
    if (field.section == Section::code && field.name == name) return &field;
  }
  return nullptr;
}

[[noreturn]] void fail(ErrorCode code, const fs::path& path, const std::string& cause) {
  throw Error(code, "cannot restore '" + path.string() + "': " + cause);
}

[[noreturn]] void fail_errno(const fs::path& path) {
  fail(errno == ENOSPC || errno == EDQUOT ? ErrorCode::no_space : ErrorCode::io, path,
       std::generic_category().message(errno));
}

/// Writes one snapshot. Links come last, so that nothing is ever written through one.
class Restorer {
 public:
  Restorer(const storage::ObjectStore& objects, const std::vector<ListedPath>& listing,
           const std::set<std::string>& omitted)
      : objects_(objects), omitted_(omitted) {
    for (const auto& listed : listing) {
      if (listed.mode != 0) modes_.emplace(listed.path, listed.mode & 0777U);
    }
  }

  void restore(const Digest& tree, const fs::path& directory) {
    write_tree(tree, directory, "", 0);
    for (const auto& [path, target] : links_) {
      if (::symlink(target.c_str(), path.c_str()) != 0) fail_errno(path);
    }
    // A directory that may not be written is closed when all in it is there.
    for (auto each = directories_.rbegin(); each != directories_.rend(); ++each) {
      if (::chmod(each->first.c_str(), each->second) != 0) fail_errno(each->first);
    }
  }

 private:
  void write_tree(const Digest& digest, const fs::path& directory, const std::string& prefix,
                  int depth) {
    if (depth > k_deepest) fail(ErrorCode::corrupt, directory, "it is too deep");
    for (const auto& entry : objects_.read_tree(digest).entries) {
      const auto path = directory / entry.name;
      const auto relative = prefix + entry.name;
      if (omitted_.count(relative) > 0) continue;
      switch (entry.type) {
        case storage::EntryType::file:
          write_file(entry.digest, path, mode_of(relative, 0644));
          break;
        case storage::EntryType::executable:
          write_file(entry.digest, path, mode_of(relative, 0755));
          break;
        case storage::EntryType::symlink:
          links_.emplace_back(path, entry.target);
          break;
        case storage::EntryType::directory:
          if (::mkdir(path.c_str(), 0700) != 0) fail_errno(path);
          directories_.emplace_back(path, mode_of(relative, 0755));
          write_tree(entry.digest, path, relative + "/", depth + 1);
          break;
      }
    }
  }

  void write_file(const Digest& digest, const fs::path& path, mode_t mode) {
    auto file = storage::open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    objects_.read(digest, [&](std::span<const std::byte> bytes) {
      storage::write_all(file.get(), bytes, path);
    });
    if (::fchmod(file.get(), mode) != 0) fail_errno(path);
    file.close();
  }

  [[nodiscard]] mode_t mode_of(const std::string& path, mode_t otherwise) const {
    const auto found = modes_.find(path);
    return found == modes_.end() ? otherwise : found->second;
  }

  const storage::ObjectStore& objects_;
  const std::set<std::string>& omitted_;
  std::map<std::string, mode_t> modes_;
  std::vector<std::pair<fs::path, std::string>> links_;
  std::vector<std::pair<fs::path, mode_t>> directories_;
};

Digest snapshot_digest(const std::vector<CapturedField>& fields, const fs::path& directory) {
  const auto* field = find_code(fields, fields::k_code_snapshot);
  if (field != nullptr && field->object) return *field->object;
  const auto why = field == nullptr || field->detail.empty() ? std::string("it was not captured")
                                                             : field->detail;
  throw Error(ErrorCode::not_found, "cannot restore code to '" + directory.string() + "': " + why);
}

void prepare(const fs::path& directory) {
  std::error_code none;
  if (fs::is_symlink(directory, none) ||
      (fs::exists(directory, none) && !fs::is_directory(directory, none))) {
    fail(ErrorCode::conflict, directory, "it is there, and no directory");
  }
  if (fs::exists(directory, none) && !fs::is_empty(directory, none)) {
    fail(ErrorCode::conflict, directory, "it is not empty");
  }
  storage::create_directories(directory, 0755);
}

}  // namespace

std::vector<std::string> restore_snapshot(const std::vector<CapturedField>& fields,
                                          const storage::ObjectStore& objects,
                                          const fs::path& directory,
                                          const std::set<std::string>& omitted) {
  const auto tree = snapshot_digest(fields, directory);
  const auto listing = read_listing(fields, objects);
  prepare(directory);
  Restorer(objects, listing, omitted).restore(tree, directory);
  std::vector<std::string> left_out;
  for (const auto& listed : listing) {
    if (listed.file_class != "skipped") continue;
    left_out.push_back(
        fmt::format("{}: {} ({} bytes)", escape_bytes(listed.path), listed.why, listed.size));
  }
  return left_out;
}

}  // namespace track::detail
