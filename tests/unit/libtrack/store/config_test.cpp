#include "track/config.hpp"

#include <catch2/catch.hpp>

#include "store/locate.hpp"
#include "track/schemas/error.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;

TEST_CASE("settings are listed with their defaults and can be changed", "[libtrack]") {
  const track_test::TempDir directory;
  const auto root = detail::create_store(directory / ".track", false, "").layout.root;
  const auto before = list_config(root);
  REQUIRE(before.count("code.file_limit") == 1);
  set_config(root, "code.file_limit", "123");
  const auto after = list_config(root);
  CHECK(after.at("code.file_limit") == "123");
  CHECK(after.size() == before.size());
}

TEST_CASE("a setting that does not exist or does not fit changes nothing", "[libtrack]") {
  const track_test::TempDir directory;
  const auto root = detail::create_store(directory / ".track", false, "").layout.root;
  const auto before = list_config(root);
  CHECK_THROWS_AS(set_config(root, "code.no_such", "1"), Error);
  CHECK_THROWS_AS(set_config(root, "code.file_limit", "many"), Error);
  CHECK(list_config(root) == before);
}

TEST_CASE("settings of a store that is not there are not found", "[libtrack]") {
  const track_test::TempDir directory;
  CHECK_THROWS_AS(list_config(directory / "none"), Error);
}
