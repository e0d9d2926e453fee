#include "store/store_config.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file

namespace {

const std::string k_head = "id = \"store-1\"\nformat = 1\n";

/// A directory with a config.toml and nothing else.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::ofstream(path_ / "config.toml", std::ios::binary) << text;
  }

  [[nodiscard]] StoreConfig read() const { return read_store_config(path_.path()); }
  [[nodiscard]] std::string text() const { return storage::read_text(path_ / "config.toml"); }
  void set(const std::string& key, const std::string& value) const {
    set_config(path_.path(), key, value);
  }
  [[nodiscard]] const std::filesystem::path& root() const { return path_.path(); }
  [[nodiscard]] std::string get(const std::string& key) const {
    return list_config(path_.path()).at(key);
  }

 private:
  track_test::TempDir path_;
};

template <typename Body>
Error failure_of(Body body) {
  try {
    static_cast<void>(body());
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

Error failure_of_reading(const std::string& text) {
  CAPTURE(text);
  return failure_of([&] { return ConfigFile(text).read(); });
}

Error failure_of_setting(const ConfigFile& file, const std::string& key, const std::string& value) {
  CAPTURE(key, value);
  const auto before = file.text();
  const auto error = failure_of([&] { return file.set(key, value), 0; });
  CHECK(file.text() == before);
  return error;
}

bool says(const Error& error, std::string_view text) {
  return std::string_view(error.what()).find(text) != std::string_view::npos;
}

}  // namespace

TEST_CASE("A new store's settings are read as they were made", "[libtrack]") {
  StoreConfig made;
  made.id = "a \"quoted\" id\\";
  made.shared = true;
  made.group = "people";
  const auto read = ConfigFile(make_store_config(made)).read();
  CHECK(read.id == made.id);
  CHECK(read.format == k_store_format);
  CHECK(read.shared);
  CHECK(read.group == "people");
}

TEST_CASE("A setting that is not there has its default, and an unknown one is passed over",
          "[libtrack]") {
  const auto config =
      ConfigFile(k_head + "later = 1\n[code]\nno_such = []\n[other]\nx = 1\n").read();
  const StoreConfig defaults;
  CHECK_FALSE(config.shared);
  CHECK(config.env_allow.empty());
  CHECK(config.code_file_limit == defaults.code_file_limit);
  CHECK(config.free_space_floor == 0.05);
  CHECK(config.gc_grace_ms == 3'600'000);
}

TEST_CASE("Every setting is read", "[libtrack]") {
  const auto config =
      ConfigFile(k_head +
                 "[code]\nfile_limit = 1\ntotal_limit = 2\n[env]\nallow = [\"A\", \"B*\"]\n"
                 "[gc]\ngrace = 5\n[objects]\nfree_space_floor = 0\n[program]\nlimit = 3\n")
          .read();
  CHECK(config.code_file_limit == 1);
  CHECK(config.code_total_limit == 2);
  CHECK(config.env_allow == std::vector<std::string>{"A", "B*"});
  CHECK(config.gc_grace_ms == 5000);
  CHECK(config.free_space_floor == 0);
  CHECK(config.program_limit == 3);
}

TEST_CASE("A file that is no settings is corrupt, and the line is named", "[libtrack]") {
  const auto broken = failure_of_reading(k_head + "[code\nfile_limit = 1\n");
  CHECK(broken.code() == ErrorCode::corrupt);
  CHECK(says(broken, "config.toml': line 3"));
  for (const auto* text :
       {"", "format = 1\n", "id = \"a\"\n", "id = \"\"\nformat = 1\n", "id = 7\nformat = 1\n",
        "id = \"a\"\nformat = \"1\"\n", "id = \"a\"\nformat = 1.0\n", "id = \"a\"\nformat = 0\n",
        "id = \"a\"\nformat = -1\n", "\xff\xfe"}) {
    CHECK(failure_of_reading(text).code() == ErrorCode::corrupt);
  }
  const track_test::TempDir nothing;
  CHECK_THROWS_AS(read_store_config(nothing.path()), Error);
}

TEST_CASE("A newer format is unsupported, however new", "[libtrack]") {
  for (const auto* format : {"2", "9223372036854775807"}) {
    const auto error = failure_of_reading("id = \"a\"\nformat = " + std::string(format) + "\n");
    CHECK(error.code() == ErrorCode::unsupported);
    CHECK(says(error, "its format " + std::string(format) + " is newer than 1"));
    CHECK(error.hint() == "use a newer version of track");
  }
}

TEST_CASE("A setting of another type or out of its range is corrupt, by line and key",
          "[libtrack]") {
  for (const auto* line : {"shared = \"yes\"", "shared = 1", "group = 5", "code.file_limit = -1",
                           "code.file_limit = \"1\"", "code.total_limit = 1.5", "env.allow = \"A\"",
                           "env.allow = [1]", "gc.grace = 1000000001", "gc.grace = true",
                           "objects.free_space_floor = 1", "objects.free_space_floor = -0.1",
                           "objects.free_space_floor = nan", "program.limit = []"}) {
    const auto error = failure_of_reading(k_head + line + "\n");
    CHECK(error.code() == ErrorCode::corrupt);
    CHECK(says(error, "line 3"));
    CHECK(says(error, std::string(line, std::string_view(line).find(' '))));
  }
}

TEST_CASE("Setting one keeps the rest of the file, comments too", "[libtrack]") {
  const ConfigFile file(k_head +
                        "# before\n[code]\n# of files\nfile_limit = 1  # old\nx = 2\n\n[gc]\n");
  file.set("code.file_limit", "7");
  CHECK(file.text() == k_head + "# before\n[code]\n# of files\nfile_limit = 7\nx = 2\n\n[gc]\n");
  file.set("gc.grace", "60");
  file.set("env.allow", "[\"A B\", \"C\"]");
  CHECK(file.text() == k_head +
                           "# before\n[code]\n# of files\nfile_limit = 7\nx = 2\n\n[gc]\n"
                           "grace = 60\n\n[env]\nallow = [\"A B\", \"C\"]\n");
  CHECK(file.read().env_allow == std::vector<std::string>{"A B", "C"});
  CHECK(file.get("gc.grace") == "60");
  CHECK(file.get("code.file_limit") == "7");
}

TEST_CASE("A setting that is one of some words is given with quotes or without", "[libtrack]") {
  const ConfigFile file(k_head);
  CHECK(file.read().ingest_mode == IngestMode::automatic);
  CHECK(file.get("ingest.mode") == "\"auto\"");
  file.set("ingest.mode", "deferred");
  CHECK(file.read().ingest_mode == IngestMode::deferred);
  CHECK(file.text() == k_head + "\n[ingest]\nmode = \"deferred\"\n");
  file.set("ingest.mode", "\"auto\"");
  CHECK(file.read().ingest_mode == IngestMode::automatic);
  for (const auto* value : {"manual", "1", "\"\"", ""})
    CHECK(failure_of_setting(file, "ingest.mode", value).code() == ErrorCode::usage);
  CHECK(failure_of_reading(k_head + "ingest.mode = \"often\"\n").code() == ErrorCode::corrupt);
}

TEST_CASE("Settings set at the same time are all kept", "[libtrack]") {
  const ConfigFile file(k_head);
  constexpr int k_rounds = 20;
  std::vector<std::thread> threads;
  for (const auto* key : {"code.file_limit", "code.total_limit", "gc.grace", "program.limit"}) {
    threads.emplace_back([&file, key] {
      for (int round = 1; round <= k_rounds; ++round) file.set(key, std::to_string(round));
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto* key : {"code.file_limit", "code.total_limit", "gc.grace", "program.limit"}) {
    CAPTURE(key);
    CHECK(file.get(key) == std::to_string(k_rounds));
  }
}

TEST_CASE("A setting is not set while another process changes the file", "[libtrack]") {
  const ConfigFile file(k_head);
  auto held = storage::lock_file(file.root() / "config.lock", 0600, 0);
  REQUIRE(held);
  const auto error = failure_of([&] { return set_config(file.root(), "gc.grace", "1", 0), 0; });
  CHECK(error.code() == ErrorCode::busy);
  CHECK(file.text() == k_head);
  held.reset();
  set_config(file.root(), "gc.grace", "1", 0);
  CHECK(file.get("gc.grace") == "1");
}

TEST_CASE("A value over several lines is replaced whole", "[libtrack]") {
  const ConfigFile file(k_head + "[env]\nallow = [\n  \"A\",\n  \"B\",\n]\n[gc]\ngrace = 5\n");
  file.set("env.allow", "[\"C\"]");
  CHECK(file.text() == k_head + "[env]\nallow = [\"C\"]\n[gc]\ngrace = 5\n");
}

TEST_CASE("A section is found however its name is written", "[libtrack]") {
  const ConfigFile file(k_head + "[ \"code\" ]  # mine\nx = \"[gc]\"\nfile_limit_2 = 1");
  file.set("code.file_limit", "7");
  CHECK(file.read().code_file_limit == 7);
  file.set("gc.grace", "1");
  CHECK(file.read().gc_grace_ms == 1000);
  CHECK(file.text().find("x = \"[gc]\"\n") != std::string::npos);
}

TEST_CASE("A setting in a form that lines cannot tell is left to an editor", "[libtrack]") {
  for (const auto* text : {"code.file_limit = 1\n", "code = {file_limit = 1}\n", "code = {}\n",
                           "note = \"\"\"\n[code]\n\"\"\"\ncode.total_limit = 5\n"}) {
    const auto error = failure_of_setting(ConfigFile(k_head + text), "code.file_limit", "7");
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.hint() == "change that file with an editor");
  }
}

TEST_CASE("What a setting cannot be changes nothing", "[libtrack]") {
  const ConfigFile file(k_head + "[code]\nfile_limit = 1\n");
  for (const auto* value : {"", "many", "-1", "1.5", "\"1\"", "1\n[gc]\ngrace = 0", "1\rgrace = 0",
                            "1 2", "[1", "99999999999999999999", "'''", "\xff"}) {
    CHECK(failure_of_setting(file, "code.file_limit", value).code() == ErrorCode::usage);
  }
  for (const auto* key : {"", "code", "code.", ".file_limit", "code.no_such", "id", "shared",
                          "Code.file_limit", "code.file_limit.x"}) {
    const auto error = failure_of_setting(file, key, "1");
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.hint().find("code.file_limit") != std::string::npos);
  }
}

TEST_CASE("A file that is broken is not set, but named", "[libtrack]") {
  CHECK(failure_of_setting(ConfigFile(k_head + "[code\n"), "gc.grace", "1").code() ==
        ErrorCode::corrupt);
  CHECK(failure_of_setting(ConfigFile("id = \"a\"\nformat = 2\n"), "gc.grace", "1").code() ==
        ErrorCode::unsupported);
}
