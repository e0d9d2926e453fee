#include "track/storage/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "file/process.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track_test/code_of.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Error;
using track::ErrorCode;
using track_test::code_of;
using track_test::TempDir;

}  // namespace

TEST_CASE("errors name the action, the path and the cause, and carry a code", "[storage]") {
  const TempDir directory;
  try {
    (void)open_file(directory / "absent", O_RDONLY);
    FAIL("nothing was thrown");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::not_found);
    CHECK(std::string(e.what()) ==
          "cannot open '" + (directory / "absent").string() + "': No such file or directory");
  }
  const Fd full = open_file("/dev/full", O_WRONLY);
  CHECK(code_of([&] { write_all(full.get(), track_test::noise(10), "/dev/full"); }) ==
        ErrorCode::no_space);
  CHECK_FALSE(open_if_exists(directory / "absent", O_RDONLY));
}

TEST_CASE("a replaced file is the old one or the new one and leaves nothing beside it",
          "[storage]") {
  const TempDir directory;
  replace_file(directory / "file", "one", 0640);
  replace_file(directory / "file", "two", 0600);
  CHECK(read_text(directory / "file") == "two");
  CHECK((stat_entry(directory / "file")->mode & 0777) == 0600);
  CHECK(code_of([&] { replace_file(directory / "absent/file", "x", 0600); }) ==
        ErrorCode::not_found);
  std::size_t entries = 0;
  walk(directory.path(), [&](const WalkEntry&) { return ++entries > 0; });
  CHECK(entries == 1);
}

TEST_CASE("a file without a size is read to its end", "[storage]") {
  CHECK(read_text("/proc/self/status").find("Name:") == 0);
  const TempDir directory;
  track_test::write_file(directory / "large", track_test::noise(200'000));
  CHECK(read_file(directory / "large") == track_test::noise(200'000));
}

TEST_CASE("directories are made with the mode that was asked for, whatever the umask",
          "[storage]") {
  const TempDir directory;
  create_directories(directory / "a/b/c", 02770);
  create_directories(directory / "a/b/c", 0700);  // there already: left as it is
  CHECK((stat_entry(directory / "a/b/c")->mode & 07777) == 02770);
  track_test::write_file(directory / "file", {});
  CHECK(code_of([&] { create_directories(directory / "file/x", 0700); }) != ErrorCode::usage);
}

TEST_CASE("a walk goes depth first in the order of bytes and follows no link", "[storage]") {
  const TempDir directory;
  track_test::write_file(directory / "b/z", {});
  track_test::write_file(directory / "a", {});
  track_test::write_file(directory / "\xc3\xa9", {});
  track_test::write_file(directory / "B", {});
  std::filesystem::create_symlink(".", directory / "loop");
  std::vector<std::string> seen;
  walk(directory.path(), [&](const WalkEntry& entry) {
    seen.push_back(entry.relative.string());
    return true;
  });
  CHECK(seen == std::vector<std::string>{"B", "a", "b", "b/z", "loop", "\xc3\xa9"});
  seen.clear();
  walk(directory.path(), [&](const WalkEntry& entry) {
    seen.push_back(entry.relative.string());
    return false;
  });
  CHECK(seen.size() == 5);
}

TEST_CASE("removing a tree leaves alone what its links point to", "[storage]") {
  const TempDir directory;
  track_test::write_file(directory / "kept/file", {});
  track_test::write_file(directory / "gone/file", {});
  std::filesystem::create_symlink("../kept", directory / "gone/link");
  CHECK(remove_tree(directory / "gone") == 3);
  CHECK(std::filesystem::exists(directory / "kept/file"));
  CHECK(remove_tree(directory / "gone") == 0);
}

TEST_CASE("a lock is held by one and free once its descriptor is closed", "[storage]") {
  const TempDir directory;
  auto first = lock_file(directory / "lock", 0600, 0);
  REQUIRE(first);
  CHECK_FALSE(lock_file(directory / "lock", 0600, 0));
  CHECK_FALSE(lock_file(directory / "lock", 0600, 5));
  first.reset();
  CHECK(lock_file(directory / "lock", 0600, 0));
}

TEST_CASE("the file system of a path that is not there yet is that of its parent", "[storage]") {
  const TempDir directory;
  CHECK(is_local_file_system(directory.path()) == is_local_file_system(directory / "x/y/z"));
  CHECK_FALSE(is_local_file_system("/proc/self"));
  const auto space = free_space(directory.path());
  CHECK(space.capacity > 0);
  CHECK(space.available <= space.capacity);
}

TEST_CASE("a closed descriptor is gone, and closing twice is harmless", "[storage]") {
  Fd fd = open_file("/dev/null", O_RDONLY);
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  Fd moved = std::move(fd);
  CHECK_FALSE(fd);  // NOLINT: moved from on purpose
  moved.close();
  moved.close();
  CHECK_FALSE(moved);
}

TEST_CASE("a process knows whether it was forked without exec", "[storage]") {
  CHECK_FALSE(is_forked_without_exec());
}

TEST_CASE("making a file that is there drops no lock that this process holds on it", "[storage]") {
  const TempDir directory;
  const auto path = directory / "database";
  make_empty_file(path, 0640);
  CHECK((stat_entry(path)->mode & 0777U) == 0640);
  const Fd held = open_file(path, O_RDWR);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  REQUIRE(::fcntl(held.get(), F_SETLK, &lock) == 0);

  make_empty_file(path, 0640);

  const pid_t child = ::fork();
  if (child == 0) {
    struct flock wanted {};
    wanted.l_type = F_WRLCK;
    wanted.l_whence = SEEK_SET;
    const int fd = ::open(path.c_str(), O_RDWR);
    const bool locked = ::fcntl(fd, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
    ::_exit(locked ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}
