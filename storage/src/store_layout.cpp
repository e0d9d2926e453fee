#include "track/storage/store_layout.hpp"

#include <sys/stat.h>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

bool directory_exists(const std::filesystem::path& path) {
  const auto entry = stat_entry(path);
  return entry && S_ISDIR(entry->mode);
}

[[noreturn]] void refuse(ErrorCode code, const std::filesystem::path& root, const char* cause,
                         const char* hint) {
  throw Error(code, "cannot open store '" + root.string() + "': " + cause, hint);
}

}  // namespace

void StoreLayout::create() const {
  const auto mode = directory_mode();
  create_directories(root, mode);
  for (const auto& directory :
       {journals(), inbox(), objects(), objects() / "packs", objects() / "tmp",
        objects() / "leases", objects() / "quarantine"}) {
    create_directories(directory, mode);
  }
  if (!stat_entry(root / ".gitignore")) replace_file(root / ".gitignore", "*\n", file_mode());
  sync_directory(objects());
  sync_directory(root);
}

void StoreLayout::check() const {
  std::error_code ignored;
  const auto resolved = std::filesystem::canonical(root, ignored);
  const auto top = stat_entry(resolved.empty() ? root : resolved);
  if (!top) refuse(ErrorCode::not_found, root, "no such directory", "track init makes one");
  if (!S_ISDIR(top->mode)) refuse(ErrorCode::not_found, root, "not a directory", "");
  if ((top->mode & S_IWOTH) != 0) {
    refuse(ErrorCode::permission, root, "everyone may write to it", "chmod o-w it");
  }
  if (!directory_exists(journals()) || !directory_exists(objects())) {
    refuse(ErrorCode::not_found, root, "it has no journals or no objects",
           "track init completes it");
  }
  for (const auto& inner : {journals(), objects(), config(), catalog_db()}) {
    const auto entry = stat_entry(inner);
    if (entry && !S_ISLNK(entry->mode) && (entry->mode & S_IWOTH) != 0) {
      throw Error(ErrorCode::permission,
                  "cannot open store '" + root.string() + "': everyone may write to '" +
                      inner.string() + "'",
                  "chmod o-w it");
    }
  }
}

}  // namespace track::storage
