#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The one door to the file system: descriptors, durable writes, walking and
// removing trees. Everything throws Error naming the path unless it says noexcept.

namespace track::storage {

/// Owns a POSIX descriptor, opened close-on-exec.
class Fd final {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept;
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept;
  /// Closes and reports what close() said, for those who must know.
  void close();

 private:
  int fd_ = -1;
};

/// open(2) with O_CLOEXEC; EINTR retried.
[[nodiscard]] Fd open_file(const std::filesystem::path& path, int flags, mode_t mode = 0);
/// Absent where the file does not exist; throws on all else.
[[nodiscard]] std::optional<Fd> open_if_exists(const std::filesystem::path& path, int flags);

/// Writes all of it; short writes and EINTR retried. ENOSPC and EDQUOT are Error{no_space}.
void write_all(int fd, std::span<const std::byte> data, const std::filesystem::path& path);
/// Fills `data` from `offset`; returns the bytes read, less only at end of file.
[[nodiscard]] std::size_t read_at(int fd, std::span<std::byte> data, std::uint64_t offset,
                                  const std::filesystem::path& path);
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path);
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

/// fdatasync of the file; never retried, since a failed sync may have dropped pages.
void sync_file(int fd, const std::filesystem::path& path);
void sync_directory(const std::filesystem::path& path);
/// Temporary name beside it, sync, rename, sync of the directory: old or new, never half.
void replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

/// Makes an empty file unless one is there, which is then left alone and never opened: closing any
/// descriptor of a file drops every POSIX lock that the process holds on it, SQLite's too, and two
/// writers then corrupt the database.
void make_empty_file(const std::filesystem::path& path, mode_t mode);

/// Makes it and its parents; existing ones are left as they are.
void create_directories(const std::filesystem::path& path, mode_t mode);
/// Makes it in a directory that exists; an existing one is left as it is.
void create_directory(const std::filesystem::path& path, mode_t mode);
/// Removes what is there, never following links. Returns how many entries went.
std::uint64_t remove_tree(const std::filesystem::path& path);

/// An entry met by walk(): lstat's answer, never followed.
struct WalkEntry {
  std::filesystem::path path;      ///< as given plus relative
  std::filesystem::path relative;  ///< below the root
  mode_t mode = 0;
  std::uint64_t size = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
};
/// Depth first, names in byte order. `visit` answers whether to go into a directory.
void walk(const std::filesystem::path& root, const std::function<bool(const WalkEntry&)>& visit);
[[nodiscard]] std::optional<WalkEntry> stat_entry(const std::filesystem::path& path);

struct Space {
  std::uint64_t capacity = 0;   ///< bytes
  std::uint64_t available = 0;  ///< to this user
};
[[nodiscard]] Space free_space(const std::filesystem::path& path);

/// Whether locks, mmap and fallocate can be trusted there: ext, xfs, btrfs, tmpfs, overlay, f2fs,
/// zfs, …
[[nodiscard]] bool is_local_file_system(const std::filesystem::path& path) noexcept;

/// An exclusive OFD lock on a file of its own; waits up to `wait_ms`, then nothing.
[[nodiscard]] std::optional<Fd> lock_file(const std::filesystem::path& path, mode_t mode,
                                          int wait_ms);

}  // namespace track::storage
