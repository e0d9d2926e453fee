#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "file/errno.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

using Clock = std::chrono::steady_clock;

bool try_lock(int fd, const std::filesystem::path& path) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  for (;;) {
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw_errno("lock", path, errno);
  }
}

bool same_file(int fd, const std::filesystem::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

Fd open_lock(const std::filesystem::path& path, mode_t mode) {
  if (auto existing = open_if_exists(path, O_RDWR)) return std::move(*existing);
  Fd made = open_file(path, O_RDWR | O_CREAT, mode);
  // The umask may have taken the group's bits; another may have made it, which is as well.
  (void)::fchmod(made.get(), mode);
  return made;
}

}  // namespace

std::optional<Fd> lock_file(const std::filesystem::path& path, mode_t mode, int wait_ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(wait_ms);
  auto pause = std::chrono::milliseconds(1);
  for (;;) {
    Fd fd = open_lock(path, mode);
    // A lock on a file that was removed meanwhile excludes nobody.
    while (!try_lock(fd.get(), path)) {
      if (Clock::now() >= end) return std::nullopt;
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::milliseconds(20));
    }
    if (same_file(fd.get(), path)) return fd;
  }
}

}  // namespace track::storage
