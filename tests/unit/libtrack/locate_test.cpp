#include "store/locate.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "track/schemas/error.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file

namespace {

constexpr int k_opened = 0;
constexpr int k_no_rights_to_drop = 100;
constexpr unsigned k_nobody = 65534;

/// Opens a store as somebody who is not root; the code of what was thrown.
int open_as_nobody(const std::filesystem::path& root) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0)) {
      ::_exit(k_no_rights_to_drop);
    }
    try {
      static_cast<void>(open_store(root));
    } catch (const Error& error) {
      ::_exit(static_cast<int>(error.code()));
    }
    ::_exit(k_opened);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a store that may not be entered is denied, one that is not there is missing",
          "[libtrack]") {
  const track_test::TempDir directory;
  REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
  const auto root = directory / "store";
  static_cast<void>(create_store(root, false, {}));
  REQUIRE(::chmod(root.c_str(), 0) == 0);
  const int hidden = open_as_nobody(root);
  REQUIRE(::chmod(root.c_str(), 0700) == 0);
  CHECK(hidden == static_cast<int>(ErrorCode::permission));
  CHECK(open_as_nobody(directory / "none") == static_cast<int>(ErrorCode::not_found));
}
