#include "capture/code/snapshot.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"
#include "track/schemas/error.hpp"

using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;
namespace names = track::detail::fields;
using track::FieldState;

namespace {

/// All kinds of files that a project holds.
void make_project(const fs::path& root) {
  write(root / "main.cpp", "int main() {}\n");
  write(root / "run.sh", "#!/bin/sh\n", 0755);
  write(root / "private.txt", "mine\n", 0600);
  write(root / "src/deep/er/file.txt", "deep\n");
  write(root / "binary", std::string("\0\xff\x00\x01", 4), 0640);
  write(root / "empty", "");
  write(root / "odd \"name\"\n\xc3\xa9 \xff.txt", "odd\n");
  fs::create_symlink("src/deep", root / "link");
  fs::create_symlink("/nonexistent/elsewhere", root / "dangling");
}

/// What restore-code must give back: every file of `left`, mode by mode.
void check_restored(CodeCapture& capture, const fs::path& root) {
  const auto restored = tree_of(capture.restore());
  const auto original = tree_of(root);
  REQUIRE_FALSE(original.empty());
  for (const auto& [path, what] : original) {
    INFO(path);
    const auto found = restored.find(path);
    REQUIRE(found != restored.end());
    CHECK(found->second == what);
  }
  CHECK(restored.size() == original.size());
}

}  // namespace

TEST_CASE("a clean repository is captured and restored exactly", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  commit_all(directory.path());
  CodeCapture capture;
  capture.take(directory.path());

  CHECK(capture.field(names::k_code_kind).value.as_text() == "git");
  CHECK(capture.field(names::k_code_head).value.as_text() ==
        git(directory.path(), "rev-parse HEAD"));
  CHECK(capture.field(names::k_code_branch).value.as_text() == "main");
  CHECK_FALSE(capture.flag(names::k_code_dirty));
  CHECK(capture.flag(names::k_code_complete));
  CHECK_FALSE(capture.flag(names::k_code_torn));
  CHECK(capture.class_of("main.cpp") == "tracked");
  CHECK(capture.class_of("link") == "symlink");
  check_restored(capture, directory.path());
  CHECK(capture.left_out.empty());
}

TEST_CASE("a dirty tree is captured as it is on disk, not as git has it", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  write(directory / ".gitignore", "ignored\n*.o\n");
  write(directory / "src/.gitignore", "!kept.o\n");
  write(directory / "gone.txt", "gone\n");
  commit_all(directory.path());
  write(directory / "main.cpp", "int main() { return 1; }\n", 0755);
  write(directory / "staged.txt", "staged\n");
  git(directory.path(), "add staged.txt");
  write(directory / "new/untracked", std::string("\0\1\2", 3), 0700);
  write(directory / "src/kept.o", "kept\n");
  fs::remove(directory / "gone.txt");
  CodeCapture capture;
  capture.take(directory.path());

  CHECK(capture.flag(names::k_code_dirty));
  CHECK(capture.flag(names::k_code_complete));
  CHECK(capture.class_of("main.cpp") == "modified");
  CHECK(capture.class_of("staged.txt") == "staged");
  CHECK(capture.class_of("new/untracked") == "untracked");
  CHECK(capture.class_of("src/kept.o") == "untracked");
  CHECK(capture.class_of("gone.txt") == "not listed");
  check_restored(capture, directory.path());

  write(directory / "ignored", "not code\n");
  write(directory / "src/a.o", "not code\n");
  CHECK(git(directory.path(), "status --porcelain --untracked-files=all") ==
        " D gone.txt\n M main.cpp\nA  staged.txt\n?? new/untracked\n?? src/kept.o");
  const auto before = capture.field(names::k_code_snapshot).value;
  capture.take(directory.path());
  CHECK(capture.field(names::k_code_snapshot).value == before);
}

TEST_CASE("a repository without commits and a detached head are captured", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  git(directory.path(), "init -q");
  CodeCapture capture;

  SECTION("no commit") {
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_head).state == FieldState::absent);
    CHECK(capture.field(names::k_code_branch).value.as_text() == "main");
    CHECK(capture.flag(names::k_code_dirty));
    CHECK(capture.class_of("main.cpp") == "untracked");
  }
  SECTION("no commit, but an index") {
    git(directory.path(), "add -A");
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_head).state == FieldState::absent);
    CHECK(capture.class_of("main.cpp") == "staged");
  }
  SECTION("detached") {
    commit_all(directory.path());
    git(directory.path(), "checkout -q --detach");
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_head).state == FieldState::known);
    CHECK(capture.field(names::k_code_branch).state == FieldState::absent);
    CHECK_FALSE(capture.flag(names::k_code_dirty));
  }
  check_restored(capture, directory.path());
}

TEST_CASE("a remote is named without its user, and what it lacks is told", "[capture]") {
  TempDir directory;
  write(directory / "origin/file", "one\n");
  commit_all(directory / "origin");
  git(directory.path(), "clone -q origin copy");
  const auto copy = directory / "copy";
  CodeCapture capture;
  capture.take(copy);
  CHECK_FALSE(capture.flag(names::k_code_unpushed));

  git(copy, "remote add https https://me:hunter2word@example.com/a/b.git");
  git(copy, "remote add short git@example.com:a/b.git");
  git(copy, "remote set-url origin /srv/a@b");
  write(copy / "file", "two\n");
  commit_all(copy, "second");
  capture.take(copy);
  CHECK(capture.flag(names::k_code_unpushed));
  CHECK(capture.field(names::k_code_remotes).value.as_json() ==
        R"({"https":"https://example.com/a/b.git","origin":"/srv/a@b",)"
        R"("short":"example.com:a/b.git"})");
  CHECK(capture.field(names::k_code_remotes).field_class == track::FieldClass::personal);
}

TEST_CASE("a merge in progress is told", "[capture]") {
  TempDir directory;
  write(directory / "file", "one\n");
  commit_all(directory.path());
  git(directory.path(), "checkout -q -b other");
  write(directory / "file", "two\n");
  commit_all(directory.path(), "two");
  git(directory.path(), "checkout -q main");
  write(directory / "file", "three\n");
  commit_all(directory.path(), "three");
  git(directory.path(), "merge other || true");
  CodeCapture capture;
  capture.take(directory.path());
  CHECK(capture.field(names::k_code_operation).value.as_text() == "merge");
  CHECK(capture.class_of("file") == "modified");
  check_restored(capture, directory.path());
}

TEST_CASE("a submodule is captured with its own files", "[capture]") {
  TempDir other;
  write(other / "library.c", "int one;\n");
  write(other / "tool", "#!/bin/sh\n", 0755);
  commit_all(other.path());
  TempDir directory;
  make_project(directory.path());
  git(directory.path(), "init -q");
  git(directory.path(), "submodule add -q '" + other.path().string() + "' lib/other");
  commit_all(directory.path());
  CodeCapture capture;

  SECTION("clean") {
    capture.take(directory.path());
    CHECK_FALSE(capture.flag(names::k_code_dirty));
    CHECK(capture.class_of("lib/other") == "submodule");
    CHECK(capture.class_of("lib/other/library.c") == "tracked");
  }
  SECTION("dirty, with an untracked file") {
    write(directory / "lib/other/library.c", "int two;\n");
    write(directory / "lib/other/extra", "extra\n");
    capture.take(directory.path());
    CHECK(capture.flag(names::k_code_dirty));
    CHECK(capture.class_of("lib/other/library.c") == "modified");
    CHECK(capture.class_of("lib/other/extra") == "untracked");
  }
  SECTION("not initialised") {
    git(directory.path(), "submodule -q deinit -f lib/other");
    capture.take(directory.path());
    const auto text = capture.field(names::k_code_submodules).value.as_json();
    CHECK(text.find("\"head\":null") != std::string::npos);
  }
  check_restored(capture, directory.path());
  CHECK(capture.flag(names::k_code_complete));
}

TEST_CASE("a repository within, that nothing tracks, is captured with its files", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  commit_all(directory.path());
  write(directory / "inner/file", "inner\n");
  commit_all(directory / "inner");
  CodeCapture capture;
  capture.take(directory.path());
  CHECK(capture.class_of("inner/file") == "tracked");
  check_restored(capture, directory.path());
}

TEST_CASE("a linked work tree is captured from its own files", "[capture]") {
  TempDir directory;
  write(directory / "main/file", "one\n");
  commit_all(directory / "main");
  git(directory / "main", "worktree add -q ../side -b side");
  write(directory / "side/file", "two\n");
  CodeCapture capture;
  capture.take(directory / "side");
  CHECK(capture.field(names::k_code_branch).value.as_text() == "side");
  CHECK(capture.field(names::k_code_checkout).value.as_json() == R"(["worktree"])");
  CHECK(capture.class_of("file") == "modified");
  CHECK(capture.class_of(".git") == "not listed");
  check_restored(capture, directory / "side");
}

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

TEST_CASE("repositories that libgit2 cannot judge are captured as directories", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  CodeCapture capture;

  SECTION("SHA-256") {
    git(directory.path(), "init -q --object-format=sha256");
    commit_all(directory.path());
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_object_format).value.as_text() == "sha256");
    CHECK(capture.field(names::k_code_head).state == FieldState::unavailable);
  }
  SECTION("sparse") {
    commit_all(directory.path());
    git(directory.path(), "sparse-checkout set src");
    capture.take(directory.path());
    CHECK(capture.field(names::k_code_head).state == FieldState::known);
    CHECK(capture.field(names::k_code_checkout).value.as_json() == R"(["sparse"])");
  }
  CHECK(capture.field(names::k_code_kind).value.as_text() == "git");
  CHECK(capture.field(names::k_code_dirty).state == FieldState::unavailable);
  CHECK(capture.flag(names::k_code_complete));
  check_restored(capture, directory.path());
}

TEST_CASE("a repository of somebody else is captured as a directory", "[capture]") {
  if (::geteuid() != 0) {
    WARN("only root can give a directory away");
    return;
  }
  TempDir directory;
  make_project(directory / "theirs");
  commit_all(directory / "theirs");
  REQUIRE(::lchown((directory / "theirs").c_str(), 12345, 12345) == 0);
  REQUIRE(::lchown((directory / "theirs/.git").c_str(), 12345, 12345) == 0);
  CodeCapture capture;
  capture.take(directory / "theirs");
  CHECK(capture.field(names::k_code_kind).value.as_text() == "git");
  CHECK(capture.field(names::k_code_head).state == FieldState::unavailable);
  INFO(capture.field(names::k_code_head).detail);
  CHECK(capture.field(names::k_code_head).detail.find("somebody else") != std::string::npos);
  check_restored(capture, directory / "theirs");
}

TEST_CASE("a bare repository has no snapshot, and restoring says so", "[capture]") {
  TempDir directory;
  git(directory.path(), "init -q --bare");
  CodeCapture capture;
  capture.take(directory.path());
  CHECK(capture.field(names::k_code_kind).value.as_text() == "git");
  CHECK(capture.field(names::k_code_snapshot).state == FieldState::unavailable);
  CHECK_THROWS_AS(capture.restore(), track::Error);
}

TEST_CASE("a snapshot is not restored over what is there", "[capture]") {
  TempDir directory;
  make_project(directory.path());
  CodeCapture capture;
  capture.take(directory.path());
  const auto store = track::storage::make_memory_object_store();
  try {
    track::detail::restore_snapshot(capture.fields, *store, directory.path());
    FAIL("nothing was thrown");
  } catch (const track::Error& error) {
    CHECK((error.code() == track::ErrorCode::not_found ||
           error.code() == track::ErrorCode::conflict));
  }
}
