#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "child.hpp"
#include "store_fixture.hpp"

using namespace track_test;

namespace {

/// The trainer's exit code is its own, and it was warned once at most.
void check_unharmed(Child& trainer) {
  const Ending ending = trainer.wait();
  const std::string errors = trainer.errors();
  INFO(errors);
  CHECK(ending.exit_code == 7);
  CHECK(std::count(errors.begin(), errors.end(), '\n') <= 1);
}

}  // namespace

TEST_CASE("training ends normally where the store is deleted under it", "[harm]") {
  const StoreFixture fixture;
  Child trainer = start_trainer({"harmed", fixture.store()});
  REQUIRE(trainer.read_line().size() == 16);
  std::filesystem::remove_all(fixture.store());
  trainer.close_input();
  CHECK_THAT(trainer.read_rest(), Catch::StartsWith("points "));
  check_unharmed(trainer);
}

TEST_CASE("training ends normally where the store's folders became files", "[harm]") {
  const StoreFixture fixture;
  Child trainer = start_trainer({"harmed", fixture.store()});
  REQUIRE(trainer.read_line().size() == 16);
  std::filesystem::remove_all(fixture.store());
  std::filesystem::copy_file("/proc/self/cmdline", fixture.store());
  trainer.close_input();
  CHECK_THAT(trainer.read_rest(), Catch::StartsWith("points "));
  check_unharmed(trainer);
}

TEST_CASE("training ends normally, and counts what it lost, where the disk is full", "[harm]") {
  const TempDir directory;
  const TempDir elsewhere;
  Child trainer =
      start_trainer({"full_disk", directory.path().string(), (elsewhere / "model.bin").string()});
  const std::string run = trainer.read_line();
  if (run.empty() && trainer.wait().exit_code == 77) {
    WARN("skipped: no mount here");
    return;
  }
  const std::string report = trainer.read_rest();
  INFO(report);
  CHECK_THAT(report, !Catch::Contains("dropped 0"));
  CHECK_THAT(report, !Catch::Contains("losses 0"));
  check_unharmed(trainer);
}
