#include "journal/nameless_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace track::storage::journal {

int open_nameless(const std::filesystem::path& directory, mode_t mode) noexcept {
  return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

bool name_nameless(int fd, const std::filesystem::path& path) {
  const auto source = "/proc/self/fd/" + std::to_string(fd);
  if (linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
  return errno == ENOENT && access("/proc/self/fd", F_OK) != 0 &&
         linkat(fd, "", AT_FDCWD, path.c_str(), AT_EMPTY_PATH) == 0;
}

bool exceeds_file_size_limit(std::uint64_t size) noexcept {
  rlimit limit{};
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
         size > limit.rlim_cur;
}

}  // namespace track::storage::journal
