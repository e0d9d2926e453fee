#include "capture/code/snapshot.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"

using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;
namespace names = track::detail::fields;
using track::FieldState;

TEST_CASE("a directory outside of git is captured whole, within limits", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  fs::create_directory(directory / "void");
  ::chmod((directory / "void").c_str(), 0750);
  CodeCapture capture;

  SECTION("all of it") {
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_kind).value.as_text() == "directory");
    CHECK(capture.flag(names::k_code_complete));
    check_restored(capture, directory.path());
  }
  SECTION("a file beyond the limit is named, and the snapshot is incomplete") {
    write(directory / "large", std::string(2000, 'x'));
    capture.context.config.code_file_limit = 1000;
    capture.take(directory.path());
    CHECK_FALSE(capture.flag(names::k_code_complete));
    CHECK(capture.class_of("large") == "skipped: larger than the limit for one file");
    static_cast<void>(capture.restore());
    CHECK(capture.left_out ==
          std::vector<std::string>{"large: larger than the limit for one file (2000 bytes)"});
  }
  SECTION("all files together have a limit, too") {
    write(directory / "zz1", std::string(600, 'x'));
    write(directory / "zz2", std::string(600, 'y'));
    capture.context.config.code_total_limit = 1000;
    capture.take(directory.path());
    CHECK_FALSE(capture.flag(names::k_code_complete));
    CHECK(capture.class_of("zz2") == "skipped: beyond the limit for all files");
  }
  SECTION("somebody's home is no project") {
    capture.context.environment.push_back("HOME=" + directory.path().string());
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_snapshot).state == FieldState::unavailable);
    CHECK(capture.field(names::k_code_complete).state == FieldState::unavailable);
  }
  SECTION("a store is never part of it") {
    write(directory / ".track/objects/pack", "bytes\n");
    capture.take(directory.path());
    CHECK(capture.class_of(".track/objects/pack") == "not listed");
  }
  SECTION("nor is one of another name, nor anything within it") {
    write(directory / "runs/config.toml", "format = 1\n");
    write(directory / "runs/objects/index.db", "bytes\n");
    fs::create_directory(directory / "runs/journals");
    capture.take(directory.path());
    CHECK(capture.class_of("main.cpp") == "plain");
    CHECK(capture.class_of("runs/config.toml") == "not listed");
    CHECK(capture.class_of("runs/objects/index.db") == "not listed");
    CodeCapture within;
    within.take(directory / "runs/objects");
    CHECK(within.class_of("index.db") == "not listed");
  }
}

TEST_CASE("what .trackignore names is left out by choice", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  write(directory / ".trackignore", "# data\n/data/\n*.bin\n!keep.bin\n");
  write(directory / "data/set", "data\n");
  write(directory / "src/data/set", "code\n");
  write(directory / "a.bin", "a\n");
  write(directory / "keep.bin", "keep\n");
  commit_all(directory.path());
  CodeCapture capture;
  capture.take(directory.path());
  CHECK(capture.class_of("data/set") == "skipped: named by .trackignore");
  CHECK(capture.class_of("a.bin") == "skipped: named by .trackignore");
  CHECK(capture.class_of("keep.bin") == "tracked");
  CHECK(capture.class_of("src/data/set") == "tracked");
  CHECK(capture.flag(names::k_code_complete));
}

TEST_CASE("a file that holds a secret is skipped, and the snapshot is incomplete", "[capture]") {
  TempDir directory;
  write(directory / "code.py", "print()\n");
  commit_all(directory.path());
  write(directory / "token.txt", "x = 'ghp_" + std::string(36, 'a') + "'\n");
  CodeCapture capture;
  capture.take(directory.path());
  CHECK(capture.class_of("token.txt") == "skipped: secret: GitHub token");
  CHECK_FALSE(capture.flag(names::k_code_complete));
  CHECK(capture.class_of("code.py") == "tracked");
}

TEST_CASE("a file changed after the start is torn, and one made after it is not code",
          "[capture]") {
  TempDir directory;
  write(directory / "code.py", "print()\n");
  commit_all(directory.path());
  write(directory / "output.log", "made by the run\n");
  CodeCapture capture;
  capture.take(directory.path());
  CHECK_FALSE(capture.flag(names::k_code_torn));
  CHECK(capture.class_of("output.log") == "untracked");

  struct stat status {};
  REQUIRE(::stat((directory / "code.py").c_str(), &status) == 0);
  auto context = context_of(directory.path());
  context.start = {status.st_ctim.tv_sec * 1000 - 1000};
  const auto store = track::storage::make_memory_object_store();
  const auto writer = store->begin();
  track::detail::WorkTree tree;
  tree.files = {{"code.py", track::detail::FileClass::tracked},
                {"output.log", track::detail::FileClass::untracked}};
  const auto snapshot = track::detail::take_snapshot(directory.path(), tree, context, *writer);
  CHECK(snapshot.torn);
  CHECK(snapshot.complete);
  CHECK(snapshot.files == 1);
}
