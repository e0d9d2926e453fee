#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "capture_fixture.hpp"
#include "doctor_fixture.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file
using namespace track_test;     // NOLINT: a test file
namespace fs = std::filesystem;

namespace {

DoctorReport of_code(const fs::path& directory) {
  DoctorReport report;
  check_code(report, directory);
  return report;
}

DoctorReport of_file_system(const fs::path& place, double floor) {
  DoctorReport report;
  check_file_system(report, place, floor);
  return report;
}

}  // namespace

TEST_CASE("A machine that tells when it was booted can tell the dead from the living", "[doctor]") {
  DoctorReport report;
  check_machine(report);
  CHECK(line_of(report, "machine", "system").finding.find("Linux") == 0);
  CHECK(says(line_of(report, "machine", "processors"), "online"));
  CHECK(line_of(report, "machine", "boot id").state == CheckState::ok);
}

TEST_CASE("A file system is fine where it is local and has room", "[doctor]") {
  const TempDir directory;
  const auto report = of_file_system(directory.path(), 0);
  CHECK(line_of(report, "file system", "kind").state == CheckState::ok);
  const auto space = line_of(report, "file system", "space");
  CHECK(space.state == CheckState::ok);
  CHECK(space.advice.empty());
  CHECK(says(space, "%) free"));
}

TEST_CASE("A file system that is not known to be local cannot tell who lives", "[doctor]") {
  const auto kind = line_of(of_file_system("/proc", 0), "file system", "kind");
  CHECK(kind.state == CheckState::warning);
  CHECK(kind.advice == "keep the store on a local disk");
}

TEST_CASE("Too little room is told by the store's own floor", "[doctor]") {
  const TempDir directory;
  const auto space = line_of(of_file_system(directory.path(), 0.999999), "file system", "space");
  CHECK(space.state == CheckState::warning);
  CHECK(space.advice.find("digests only") != std::string::npos);
}

TEST_CASE("A repository with a commit is all that capture wants", "[doctor]") {
  const TempDir directory;
  write(directory / "code/deep/file", "text\n");
  commit_all(directory / "code");
  const auto report = of_code(directory / "code/deep");
  CHECK(line_of(report, "git", "repository").state == CheckState::ok);
  CHECK(says(line_of(report, "git", "repository"), "code/"));
  CHECK_FALSE(has_line(report, "commit"));
}

TEST_CASE("Code without history is captured, and that it has none is told", "[doctor]") {
  const TempDir directory;
  SECTION("no repository") {
    const auto line = line_of(of_code(directory.path()), "git", "repository");
    CHECK(line.state == CheckState::warning);
    CHECK(line.advice == "git init");
  }
  SECTION("no commit") {
    git(directory.path(), "init -q");
    const auto report = of_code(directory.path());
    CHECK(line_of(report, "git", "repository").state == CheckState::ok);
    CHECK(line_of(report, "git", "commit").state == CheckState::warning);
  }
  SECTION("no work tree") {
    git(directory.path(), "init -q --bare");
    const auto line = line_of(of_code(directory.path()), "git", "repository");
    CHECK(line.state == CheckState::warning);
    CHECK(says(line, "bare"));
  }
  SECTION("a repository that git cannot read") {
    commit_all(directory.path());
    std::ofstream(directory / ".git/config") << "[core\n";
    const auto line = line_of(of_code(directory.path()), "git", "repository");
    CHECK(line.state == CheckState::warning);
    CHECK(says(line, "cannot be read"));
  }
}

TEST_CASE("A GPU that is not captured is a warning, none is fine", "[doctor]") {
  const TempDir devices;
  const auto of = [&] {
    DoctorReport report;
    check_gpu(report, devices.path());
    return line_of(report, "gpu", "device").state;
  };
  CHECK(of() == CheckState::ok);
  std::ofstream(devices / "kfd") << "";
  CHECK(of() == CheckState::warning);
  fs::rename(devices / "kfd", devices / "nvidiactl");
  CHECK(of() == CheckState::warning);
}
