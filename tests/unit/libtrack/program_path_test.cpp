#include "command/program_path.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "track_test/temp_dir.hpp"

namespace fs = std::filesystem;
using track::detail::find_program;

TEST_CASE("a program is found as a shell finds it", "[command]") {
  const track_test::TempDir directory;
  for (const char* name : {"here", "bin/there", "plain"}) {
    fs::create_directories((directory / name).parent_path());
    std::ofstream(directory / name) << "#!/bin/sh\n";
    fs::permissions(directory / name, fs::perms::owner_all);
  }
  fs::permissions(directory / "plain", fs::perms::owner_read);
  const auto search = "/nowhere:" + (directory / "bin").string();

  CHECK(find_program("there", directory.path(), search).path == directory / "bin/there");
  CHECK(find_program("./here", directory.path(), search).path == directory / "here");
  CHECK(find_program((directory / "here").string(), "/", "").path == directory / "here");
  CHECK(find_program("here", directory.path(), search).exit_code == 127);
  CHECK(find_program("here", directory.path(), "").path ==
        directory / "here");  // an empty part is where we are
  CHECK(find_program("./plain", directory.path(), search).exit_code == 126);
  CHECK(find_program("plain", directory.path(), directory.path().string()).exit_code == 126);
  CHECK(find_program("./bin", directory.path(), search).exit_code == 126);
  CHECK(find_program("bin", directory.path(), directory.path().string()).exit_code == 127);
  CHECK(find_program("./absent", directory.path(), search).exit_code == 127);
  CHECK(find_program("", directory.path(), search).exit_code == 127);
}
