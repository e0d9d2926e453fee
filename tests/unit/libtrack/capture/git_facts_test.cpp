#include "capture/code/git_facts.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"
#include "track/schemas/error.hpp"

using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;
namespace names = track::detail::fields;
using track::FieldState;

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
