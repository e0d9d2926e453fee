#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "file/errno.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

// Linux moves at most 2 GiB less a page a call; smaller steps keep a signal's delay short.
constexpr std::size_t k_io_step = 64UL << 20;

int open_retrying(const std::filesystem::path& path, int flags, mode_t mode) noexcept {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

template <typename Container>
Container read_whole(const std::filesystem::path& path) {
  const Fd file = open_file(path, O_RDONLY);
  Container bytes;
  std::size_t filled = 0;
  constexpr std::size_t k_step = 64UL << 10;
  // Sizes are not trusted: files in /proc have none, and others grow while they are read.
  for (;;) {
    bytes.resize(filled + std::max(k_step, filled));
    const auto free = std::as_writable_bytes(std::span(bytes).subspan(filled));
    const auto got = read_at(file.get(), free, filled, path);
    filled += got;
    if (got < free.size()) break;
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

Fd::Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

int Fd::release() noexcept { return std::exchange(fd_, -1); }

void Fd::close() {
  const int fd = release();
  // The descriptor is gone after EINTR too: closing again could close another's.
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) {
    throw_errno("close", "/proc/self/fd/" + std::to_string(fd), errno);
  }
}

Fd open_file(const std::filesystem::path& path, int flags, mode_t mode) {
  Fd fd(open_retrying(path, flags, mode));
  if (!fd) throw_errno((flags & O_CREAT) != 0 ? "create" : "open", path, errno);
  return fd;
}

std::optional<Fd> open_if_exists(const std::filesystem::path& path, int flags) {
  Fd fd(open_retrying(path, flags, 0));
  if (fd) return fd;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_errno("open", path, errno);
}

void write_all(int fd, std::span<const std::byte> data, const std::filesystem::path& path) {
  while (!data.empty()) {
    const auto wrote = ::write(fd, data.data(), std::min(data.size(), k_io_step));
    if (wrote < 0) {
      if (errno == EINTR) continue;
      throw_errno("write", path, errno);
    }
    data = data.subspan(static_cast<std::size_t>(wrote));
  }
}

std::size_t read_at(int fd, std::span<std::byte> data, std::uint64_t offset,
                    const std::filesystem::path& path) {
  std::size_t filled = 0;
  while (filled < data.size()) {
    const auto got = ::pread(fd, data.data() + filled, std::min(data.size() - filled, k_io_step),
                             static_cast<off_t>(offset + filled));
    if (got < 0) {
      if (errno == EINTR) continue;
      throw_errno("read", path, errno);
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  return read_whole<std::vector<std::byte>>(path);
}

std::string read_text(const std::filesystem::path& path) { return read_whole<std::string>(path); }

}  // namespace track::storage
