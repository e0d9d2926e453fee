#include "objects/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "file/errno.hpp"

namespace track::storage {
namespace {

int openat2_of(int directory, const char* name, int flags, mode_t mode,
               std::uint64_t resolve) noexcept {
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = resolve;
  return static_cast<int>(::syscall(SYS_openat2, directory, name, &how, sizeof how));
}

}  // namespace

Fd open_beneath(int directory, const std::string& name, int flags, mode_t mode,
                const std::filesystem::path& path) {
  int fd = openat2_of(directory, name.c_str(), flags, mode,
                      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN)) {
    // Old kernels lack it and some sandboxes forbid it. A manifest's names hold no '/', so that
    // only the name itself could be a link.
    fd = ::openat(directory, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode);
  }
  if (fd < 0) throw_errno((flags & O_CREAT) != 0 ? "create" : "open", path, errno);
  return Fd(fd);
}

bool stays_beneath(int directory, const std::filesystem::path& path) noexcept {
  return static_cast<bool>(
      Fd(openat2_of(directory, path.c_str(), O_PATH, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)));
}

}  // namespace track::storage
