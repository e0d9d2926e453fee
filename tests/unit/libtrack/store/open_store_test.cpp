#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "store/locate.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file
namespace fs = std::filesystem;

namespace {

ErrorCode code_of_opening(const fs::path& root) {
  try {
    static_cast<void>(open_store(root));
  } catch (const Error& error) {
    INFO(error.what());
    return error.code();
  }
  FAIL("it was opened");
  return ErrorCode::io;
}

unsigned mode_of(const fs::path& path) { return storage::stat_entry(path)->mode & 07777U; }

}  // namespace

TEST_CASE("a store that everyone may write to is refused, in whole and in part", "[libtrack]") {
  const track_test::TempDir directory;
  const auto root = create_store(directory / ".track", false, {}).layout.root;
  CHECK_NOTHROW(open_store(root));
  for (const auto* part : {"", "config.toml", "journals", "objects"}) {
    CAPTURE(part);
    const auto path = *part == '\0' ? root : root / part;
    const auto before = mode_of(path);
    REQUIRE(::chmod(path.c_str(), before | 0002U) == 0);
    CHECK(code_of_opening(root) == ErrorCode::permission);
    REQUIRE(::chmod(path.c_str(), before) == 0);
  }
  CHECK_NOTHROW(open_store(root));
}

TEST_CASE("a private store is its owner's, a shared one its group's too", "[libtrack]") {
  const track_test::TempDir directory;
  const auto lone = create_store(directory / "lone", false, {});
  CHECK(mode_of(lone.layout.root) == 0700);
  CHECK(mode_of(lone.layout.journals()) == 0700);
  CHECK(mode_of(lone.layout.config()) == 0600);

  const auto shared = create_store(directory / "shared", true, {});
  CHECK(shared.config.shared);
  CHECK(shared.layout.shared);
  CHECK(mode_of(shared.layout.root) == 02770);
  CHECK(mode_of(shared.layout.journals()) == 02770);
  CHECK(mode_of(shared.layout.objects() / "packs") == 02770);
  CHECK(mode_of(shared.layout.config()) == 0660);
  CHECK(open_store(shared.layout.root).layout.file_mode() == 0660);
  set_config(shared.layout.root, "gc.grace", "60");
  CHECK(mode_of(shared.layout.config()) == 0660);
}

TEST_CASE("a shared store belongs to the group it names, which there must be", "[libtrack]") {
  const track_test::TempDir directory;
  // Root may give to any group, others only to their own.
  const auto* group = ::geteuid() == 0 ? ::getgrnam("nogroup") : nullptr;
  if (group == nullptr) group = ::getgrgid(::getegid());
  REQUIRE(group != nullptr);
  const std::string name = group->gr_name;
  const auto gid = group->gr_gid;
  const auto store = create_store(directory / "shared", true, name);
  CHECK(store.config.group == name);
  for (const auto& path : {store.layout.root, store.layout.config(), store.layout.ingest_lock(),
                           store.layout.objects() / "packs"}) {
    CAPTURE(path);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_gid == gid);
  }
  CHECK(mode_of(store.layout.root) == 02770);
  try {
    static_cast<void>(create_store(directory / "other", true, "no such group"));
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
  }
  CHECK_FALSE(fs::exists(directory / "other"));
}

TEST_CASE("a store of a newer format, or one that cannot be read, is not opened", "[libtrack]") {
  const track_test::TempDir directory;
  const auto root = create_store(directory / ".track", false, {}).layout.root;
  const auto text = storage::read_text(root / "config.toml");
  const auto rewrite = [&](const std::string& with) {
    std::ofstream(root / "config.toml") << with;
  };
  rewrite("id = 'x'\nformat = 2\n");
  CHECK(code_of_opening(root) == ErrorCode::unsupported);
  StoreOptions options;
  options.path = root;
  CHECK_THROWS_AS(Store::open(options), Error);
  rewrite("id = 'x\nformat = 1\n");
  CHECK(code_of_opening(root) == ErrorCode::corrupt);
  rewrite(text);
  CHECK_NOTHROW(open_store(root));
  fs::remove(root / "config.toml");
  CHECK(code_of_opening(root) == ErrorCode::not_found);
}

TEST_CASE("a store is made once, and not over what is no store", "[libtrack]") {
  const track_test::TempDir directory;
  const auto first = create_store(directory / ".track", false, {});
  CHECK(create_store(directory / ".track", false, {}).config.id == first.config.id);
  fs::create_directory(directory / "held");
  std::ofstream(directory / "held/mine") << "mine";
  try {
    static_cast<void>(create_store(directory / "held", false, {}));
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::conflict);
  }
  CHECK_FALSE(fs::exists(directory / "held/config.toml"));
}

TEST_CASE("an existing store keeps its sharing, and says so to whoever asks for another",
          "[libtrack]") {
  const track_test::TempDir directory;
  const auto refusal = [](const fs::path& root, const std::string& group) {
    try {
      (void)create_store(root, true, group);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::usage);
      return std::string(error.what());
    }
    return std::string();
  };
  const auto lone = directory / "lone";
  CHECK(create_store(lone, false, {}).made);
  CHECK_FALSE(create_store(lone, false, {}).made);
  CHECK(refusal(lone, {}) ==
        "cannot share store '" + lone.string() + "': it exists, and is private");

  const auto shared = directory / "shared";
  CHECK(create_store(shared, true, {}).made);
  const auto* group = ::getgrgid(::getegid());
  REQUIRE(group != nullptr);
  const std::string own = group->gr_name;
  CHECK(refusal(shared, {}).empty());
  CHECK(refusal(shared, own).empty());
  CHECK_FALSE(create_store(shared, false, {}).made);
  const auto* other = ::getgrnam(own == "nogroup" ? "root" : "nogroup");
  REQUIRE(other != nullptr);
  CHECK(refusal(shared, other->gr_name) == "cannot share store '" + shared.string() +
                                               "': it exists, and is shared with group '" + own +
                                               "'");
}
