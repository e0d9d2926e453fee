#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "doctor_fixture.hpp"
#include "run_fixture.hpp"
#include "track/run.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file
using namespace track_test;     // NOLINT: a test file
namespace fs = std::filesystem;

namespace {

DoctorReport of_store(const fs::path& store) {
  DoctorReport report;
  check_store(report, store);
  return report;
}

}  // namespace

TEST_CASE("Of a store that is well every check is fine", "[doctor]") {
  RunStore store;
  auto run = start_run(store.options());
  std::ofstream(store.path() / "file") << "bytes";
  run.log_artifact(store.path() / "file");
  run.finish();
  const auto report = of_store(store.root());
  for (const auto* name : {"found", "place", "rights", "catalog", "ingest", "objects"}) {
    CAPTURE(name);
    CHECK(line_of(report, "store", name).state == CheckState::ok);
  }
  CHECK(report.checks.size() == 6);
  CHECK(says(line_of(report, "store", "found"), store.root().string()));
  CHECK(says(line_of(report, "store", "objects"), "in 1 packs"));
}

TEST_CASE("A store in a git work tree could be cleaned away", "[doctor]") {
  const RunStore store;
  fs::create_directory(store.path() / ".git");
  const auto place = line_of(of_store(store.root()), "store", "place");
  CHECK(place.state == CheckState::warning);
  CHECK(says(place, "git clean -fdx"));
  CHECK(place.advice.find("track init --at") == 0);
}

TEST_CASE("A journal that was not understood is told", "[doctor]") {
  const RunStore store;
  const auto bad = store.journal({std::string(16, 'a')}) / "0.seg";
  fs::create_directories(bad.parent_path());
  std::ofstream(bad) << std::string(8192, 'x');
  const auto report = of_store(store.root());
  const auto ingest = line_of(report, "store", "ingest");
  CHECK(ingest.state == CheckState::warning);
  CHECK(says(ingest, bad.filename().string()));
  CHECK(line_of(report, "store", "catalog").state == CheckState::ok);
}

TEST_CASE("A catalog that is damaged fails", "[doctor]") {
  const RunStore store;
  static_cast<void>(of_store(store.root()));  // makes it
  const auto database = store.root() / "catalog.db";
  REQUIRE(fs::exists(database));
  std::ofstream(database, std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
  const auto report = of_store(store.root());
  const auto opens = line_of(report, "store", "opens");
  CHECK(opens.state == CheckState::failure);
  CHECK_FALSE(opens.finding.empty());
}

TEST_CASE("A store that must not be opened fails, saying why", "[doctor]") {
  const RunStore store;
  SECTION("everyone may write to it") {
    REQUIRE(::chmod(store.root().c_str(), 0777) == 0);
    const auto report = of_store(store.root());
    CHECK(line_of(report, "store", "opens").state == CheckState::failure);
    CHECK(says(line_of(report, "store", "opens"), "everyone may write to it"));
    CHECK(line_of(report, "store", "opens").advice == "chmod o-w it");
  }
  SECTION("a newer version made it") {
    std::ofstream(store.root() / "config.toml") << "id = 'x'\nformat = 2\n";
    CHECK(says(line_of(of_store(store.root()), "store", "opens"), "newer"));
  }
  SECTION("it is none") {
    const auto report = of_store(store.path() / "elsewhere");
    CHECK(line_of(report, "store", "opens").state == CheckState::failure);
    CHECK(says(line_of(report, "store", "opens"), "there is none"));
  }
}

TEST_CASE("A store that can be read only records no runs", "[doctor]") {
  const RunStore store;
  static_cast<void>(of_store(store.root()));
  REQUIRE(::chmod(store.path().c_str(), 0755) == 0);
  const auto allow = [&](unsigned directories, unsigned files) {
    std::vector<fs::path> paths = {store.root()};
    for (const auto& entry : fs::recursive_directory_iterator(store.root()))
      paths.push_back(entry.path());
    for (const auto& path : paths)
      REQUIRE(::chmod(path.c_str(), fs::is_directory(path) ? directories : files) == 0);
  };
  allow(0555, 0444);
  Message message;
  const int status = in_child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(100);
    DoctorReport report;
    check_store(report, store.root());
    for (const auto& check : report.checks) {
      if (check.name == "rights") message.send(std::string(to_string(check.state)));
      if (check.name == "opens") message.send(check.finding);
    }
  });
  allow(0700, 0600);  // or nobody but root could clear it away
  CHECK(message.receive() == "warning");
  CHECK(status == 0);
}

TEST_CASE("Where there is no store yet the first run makes one", "[doctor]") {
  const TempDir directory;
  Message message;
  ::unsetenv("TRACK_STORE");
  ::setenv("XDG_CONFIG_HOME", directory.path().c_str(), 1);
  in_child([&] {  // a process of its own, for a working directory of its own
    if (::chdir(directory.path().c_str()) != 0) ::_exit(1);
    DoctorReport report;
    check_store(report, {});
    for (const auto& check : report.checks)
      message.send(check.name + " " + std::string(to_string(check.state)) + " " + check.advice);
  });
  CHECK(message.receive() == "found warning track init makes it now");
  CHECK(message.receive().empty());
}
