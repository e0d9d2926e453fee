#include <sys/statfs.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "file/file_system_type.hpp"
#include "track/storage/file.hpp"
#include "track_test/temp_dir.hpp"

using namespace track::storage;

namespace fs = std::filesystem;

namespace {

/// Says of every path that it lies on a file system of this type.
AskType always(std::uint32_t type) {
  return [type](const fs::path&, std::uint32_t& answer) {
    answer = type;
    return 0;
  };
}

}  // namespace

TEST_CASE("locks and maps are trusted on file systems of one machine's disks", "[storage]") {
  const std::pair<const char*, std::uint32_t> local[] = {
      {"ext4", 0xEF53},      {"xfs", 0x58465342},     {"btrfs", 0x9123683E},
      {"tmpfs", 0x01021994}, {"ramfs", 0x858458F6},   {"f2fs", 0xF2F52010},
      {"zfs", 0x2FC12FC1},   {"overlay", 0x794C7630}, {"bcachefs", 0xCA451A4E}};
  for (const auto& [name, type] : local) {
    INFO(name);
    CHECK(is_local_file_system("/data/store", always(type)));
  }
}

TEST_CASE("they are not where another machine may have the disk, or nobody knows", "[storage]") {
  const std::pair<const char*, std::uint32_t> remote[] = {
      {"nfs", 0x6969},        {"smb", 0x517B},         {"cifs", 0xFF534D42},
      {"smb2", 0xFE534D42},   {"fuse", 0x65735546},    {"lustre", 0x0BD00BD0},
      {"ceph", 0x00C36400},   {"gpfs", 0x47504653},    {"beegfs", 0x19830326},
      {"afs", 0x5346414F},    {"9p", 0x01021997},      {"gfs2", 0x01161970},
      {"ocfs2", 0x7461636F},  {"coda", 0x73757245},    {"virtiofs", 0x6A656A63},
      {"nothing known", 0x0}, {"all bits", 0xFFFFFFFF}};
  for (const auto& [name, type] : remote) {
    INFO(name);
    CHECK_FALSE(is_local_file_system("/data/store", always(type)));
  }
}

TEST_CASE("what is not there yet lies where its nearest parent does", "[storage]") {
  std::string asked;
  const AskType ask = [&](const fs::path& path, std::uint32_t& type) {
    asked += path.string() + " ";
    if (path != "/mnt") return ENOENT;
    type = 0xEF53;
    return 0;
  };
  CHECK(is_local_file_system("/mnt/a/b", ask));
  CHECK(asked == "/mnt/a/b /mnt/a /mnt ");
  const AskType nowhere = [](const fs::path&, std::uint32_t&) { return ENOENT; };
  CHECK_FALSE(is_local_file_system("/mnt/a", nowhere));
  CHECK_FALSE(is_local_file_system("a/b", nowhere));
}

TEST_CASE("where nobody can be asked nothing is claimed", "[storage]") {
  for (const int error : {EACCES, EIO, ENOTCONN, ESTALE, ENOSYS}) {
    CHECK_FALSE(
        is_local_file_system("/mnt/a", [&](const fs::path&, std::uint32_t&) { return error; }));
  }
  int times = 0;
  CHECK(is_local_file_system("/mnt/a", [&](const fs::path&, std::uint32_t& type) {
    type = 0x01021994;
    return ++times < 3 ? EINTR : 0;
  }));
}

TEST_CASE("the kernel's word is what counts", "[storage]") {
  const track_test::TempDir directory;
  struct statfs status {};
  REQUIRE(::statfs(directory.path().c_str(), &status) == 0);
  CHECK(is_local_file_system(directory / "not" / "yet") ==
        is_local_type(static_cast<std::uint32_t>(status.f_type)));
  CHECK_FALSE(is_local_file_system("/proc"));
}
