#include <catch2/catch.hpp>

#include "doctor_fixture.hpp"
#include "run_fixture.hpp"
#include "track/config.hpp"
#include "track/store.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

TEST_CASE("A doctor looks at every area once, and at the store's own limits", "[doctor]") {
  const RunStore store;
  set_config(store.root(), "objects.free_space_floor", "0");
  const auto well = doctor(store.root());
  for (const auto* area : {"machine", "store", "file system", "git", "gpu"}) {
    CAPTURE(area);
    CHECK(std::any_of(well.checks.begin(), well.checks.end(),
                      [&](const auto& check) { return check.area == area; }));
  }
  CHECK(line_of(well, "file system", "space").state == CheckState::ok);
  set_config(store.root(), "objects.free_space_floor", "0.999999");
  CHECK(line_of(doctor(store.root()), "file system", "space").state == CheckState::warning);
}

TEST_CASE("A doctor that finds no store goes on with the rest", "[doctor]") {
  const TempDir directory;
  const auto report = doctor(directory / "none");
  CHECK(line_of(report, "store", "opens").state == CheckState::failure);
  CHECK(line_of(report, "gpu", "device").area == "gpu");
  CHECK(has_line(report, "kind"));
}
