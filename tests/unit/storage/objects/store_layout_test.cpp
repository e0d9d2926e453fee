#include "track/storage/store_layout.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "track/schemas/error.hpp"

namespace {

using track::Error;
using track::ErrorCode;
using track::storage::read_text;
using track::storage::stat_entry;
using track::storage::StoreLayout;

ErrorCode failure_of(const StoreLayout& layout) {
  try {
    layout.check();
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::usage;
}

}  // namespace

TEST_CASE("a new store is private, ignored by git, and made twice without harm", "[storage]") {
  const track_test::TempDir directory;
  StoreLayout layout;
  layout.root = directory / "deep/.track";
  layout.create();
  track_test::write_file(layout.objects() / "packs/kept", {});
  layout.create();
  CHECK((stat_entry(layout.root)->mode & 07777) == 0700);
  CHECK((stat_entry(layout.journals())->mode & 07777) == 0700);
  CHECK(read_text(layout.root / ".gitignore") == "*\n");
  CHECK(std::filesystem::exists(layout.objects() / "packs/kept"));
  CHECK_NOTHROW(layout.check());
}

TEST_CASE("a store that others may write to is refused, and so is what is none", "[storage]") {
  const track_test::TempDir directory;
  StoreLayout layout;
  layout.root = directory / "store";
  CHECK(failure_of(layout) == ErrorCode::not_found);
  std::filesystem::create_directory(layout.root);
  CHECK(failure_of(layout) == ErrorCode::not_found);
  layout.create();
  REQUIRE(::chmod(layout.root.c_str(), 0777) == 0);
  CHECK(failure_of(layout) == ErrorCode::permission);
  REQUIRE(::chmod(layout.root.c_str(), 0700) == 0);
  REQUIRE(::chmod(layout.objects().c_str(), 0707) == 0);
  CHECK(failure_of(layout) == ErrorCode::permission);
}

TEST_CASE("a store may be reached through a link", "[storage]") {
  const track_test::TempDir directory;
  StoreLayout layout;
  layout.root = directory / "store";
  layout.create();
  std::filesystem::create_directory_symlink("store", directory / "alias");
  layout.root = directory / "alias";
  CHECK_NOTHROW(layout.check());
}
