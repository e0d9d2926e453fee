#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include "file/errno.hpp"
#include "file/temporary_name.hpp"
#include "track/schemas/ids.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

/// Removes a temporary file unless it got its name.
class Temporary final {
 public:
  explicit Temporary(std::filesystem::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  void rename_to(const std::filesystem::path& name) {
    if (std::rename(path_.c_str(), name.c_str()) != 0) throw_errno("write", name, errno);
    path_.clear();
  }

 private:
  std::filesystem::path path_;
};

std::filesystem::path parent_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

}  // namespace

std::string temporary_name(std::string_view stem) {
  return "." + std::string(stem) + "." + RunId::random().value + ".tmp";
}

void sync_file(int fd, const std::filesystem::path& path) {
  if (::fdatasync(fd) != 0) throw_errno("sync", path, errno);
}

void sync_directory(const std::filesystem::path& path) {
  const Fd directory = open_file(path, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a directory and say EINVAL: there is nothing to wait for then.
  if (::fsync(directory.get()) != 0 && errno != EINVAL) throw_errno("sync", path, errno);
}

void make_empty_file(const std::filesystem::path& path, mode_t mode) {
  if (stat_entry(path)) return;
  const Temporary temporary(parent_of(path) / temporary_name(path.filename().string()));
  Fd made = open_file(temporary.path(), O_RDWR | O_CREAT | O_EXCL, mode);
  if (::fchmod(made.get(), mode) != 0)
    throw_errno("set the mode of", path, errno);  // against the umask
  made.close();
  // The name appears when the descriptor is gone; who was faster has made the same.
  if (::link(temporary.path().c_str(), path.c_str()) != 0 && errno != EEXIST) {
    throw_errno("make", path, errno);
  }
}

void replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const auto parent = parent_of(path);
  Temporary temporary(parent / temporary_name(path.filename().string()));
  Fd file = open_file(temporary.path(), O_WRONLY | O_CREAT | O_EXCL, mode);
  if (::fchmod(file.get(), mode) != 0) throw_errno("set the mode of", temporary.path(), errno);
  write_all(file.get(), std::as_bytes(std::span(text)), temporary.path());
  sync_file(file.get(), temporary.path());
  file.close();
  temporary.rename_to(path);
  sync_directory(parent);
}

}  // namespace track::storage
