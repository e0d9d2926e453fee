#include "track/schemas/migrations.hpp"

#include <catch2/catch.hpp>

TEST_CASE("migrations are numbered from 1 without a gap", "[schemas]") {
  const auto migrations = track::schemas::migrations();
  REQUIRE_FALSE(migrations.empty());
  int expected = 1;
  for (const auto& migration : migrations) {
    CHECK(migration.number == expected++);
    CHECK_FALSE(migration.name.empty());
    CHECK(migration.name.find('.') == std::string_view::npos);
    CHECK(migration.sql.find(';') != std::string_view::npos);
  }
  CHECK(migrations[0].name == "initial");
}
