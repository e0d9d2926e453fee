#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"

using namespace track_test;  // NOLINT: a test file
namespace names = track::detail::fields;

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
