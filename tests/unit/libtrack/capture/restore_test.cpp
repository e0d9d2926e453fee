#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"
#include "track/schemas/error.hpp"

using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;
using track::Error;
using track::ErrorCode;

namespace {

ErrorCode failure_of(CodeCapture& capture, const fs::path& directory) {
  try {
    capture.restore_to(directory);
  } catch (const Error& error) {
    INFO(error.what());
    return error.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::io;
}

}  // namespace

TEST_CASE("a snapshot is restored into a directory that is absent or empty", "[capture]") {
  const TempDir directory;
  make_project(directory / "code");
  CodeCapture capture;
  capture.take(directory / "code");
  fs::create_directory(directory / "empty");
  for (const auto* place : {"empty", "not/yet/there"}) {
    capture.restore_to(directory / place);
    CHECK(tree_of(directory / place) == tree_of(directory / "code"));
  }
}

TEST_CASE("a file of a snapshot is left out where that is asked for", "[capture]") {
  const TempDir directory;
  make_project(directory / "code");
  CodeCapture capture;
  capture.take(directory / "code");
  capture.restore_to(directory / "out", {"src/deep/er/file.txt", "../code/main.cpp"});
  CHECK(fs::is_directory(directory / "out/src/deep/er"));
  CHECK_FALSE(fs::exists(directory / "out/src/deep/er/file.txt"));
  CHECK(fs::exists(directory / "out/main.cpp"));
  CHECK(fs::exists(directory / "code/main.cpp"));
}

TEST_CASE("a snapshot is not restored over what is there, nor through a link", "[capture]") {
  const TempDir directory;
  make_project(directory / "code");
  CodeCapture capture;
  capture.take(directory / "code");

  SECTION("a directory that holds something") {
    write(directory / "held/main.cpp", "mine\n");
    const auto before = tree_of(directory / "held");
    CHECK(failure_of(capture, directory / "held") == ErrorCode::conflict);
    CHECK(tree_of(directory / "held") == before);
  }
  SECTION("a file") {
    write(directory / "file", "mine\n");
    CHECK(failure_of(capture, directory / "file") == ErrorCode::conflict);
  }
  SECTION("a link, even to an empty directory") {
    fs::create_directory(directory / "empty");
    fs::create_directory_symlink("empty", directory / "link");
    CHECK(failure_of(capture, directory / "link") == ErrorCode::conflict);
    CHECK(fs::is_empty(directory / "empty"));
  }
}

TEST_CASE("restoring what was not captured says so and makes nothing", "[capture]") {
  const TempDir directory;
  CodeCapture capture;
  CHECK(failure_of(capture, directory / "out") == ErrorCode::not_found);
  CHECK_FALSE(fs::exists(directory / "out"));
}
