#include <sys/statfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "file/file_system_type.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

// Magic numbers of statfs(2), among them some that <linux/magic.h> does not have.
constexpr std::array<std::uint32_t, 16> k_local_types = {
    0xEF53,      // ext2, ext3, ext4
    0x58465342,  // xfs
    0x9123683E,  // btrfs
    0x01021994,  // tmpfs
    0x858458F6,  // ramfs
    0x794C7630,  // overlay
    0xF2F52010,  // f2fs
    0x2FC12FC1,  // zfs
    0xCA451A4E,  // bcachefs
    0x3153464A,  // jfs
    0x52654973,  // reiserfs
    0x3434,      // nilfs
    0x4D44,      // vfat
    0x2011BAB0,  // exfat
    0x7366746E,  // ntfs3
    0xF15F,      // ecryptfs
};

int ask_kernel(const std::filesystem::path& path, std::uint32_t& type) noexcept {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) return errno;
  type = static_cast<std::uint32_t>(status.f_type);
  return 0;
}

}  // namespace

bool is_local_type(std::uint32_t type) noexcept {
  return std::find(k_local_types.begin(), k_local_types.end(), type) != k_local_types.end();
}

bool is_local_file_system(const std::filesystem::path& path, const AskType& ask) noexcept {
  try {
    std::filesystem::path existing = path.empty() ? std::filesystem::path(".") : path;
    std::uint32_t type = 0;
    while (const int error = ask(existing, type)) {
      // What is about to be made will lie where its nearest parent does.
      if (error == EINTR) continue;
      if (error != ENOENT || existing == "." || existing == existing.parent_path()) return false;
      existing = existing.parent_path();
      if (existing.empty()) existing = ".";
    }
    return is_local_type(type);
  } catch (...) {
    return false;  // out of memory: claim nothing
  }
}

bool is_local_file_system(const std::filesystem::path& path) noexcept {
  return is_local_file_system(path, &ask_kernel);
}

}  // namespace track::storage
