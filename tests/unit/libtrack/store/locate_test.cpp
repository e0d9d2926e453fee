#include "store/locate.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "track/schemas/error.hpp"
#include "track/store.hpp"
#include "track_test/temp_dir.hpp"

using namespace track;          // NOLINT: a test file
using namespace track::detail;  // NOLINT: a test file

namespace {

namespace fs = std::filesystem;

constexpr int k_opened = 0;
constexpr int k_no_rights_to_drop = 100;
constexpr unsigned k_nobody = 65534;

/// Opens a store as somebody who is not root; the code of what was thrown.
int open_as_nobody(const std::filesystem::path& root) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0)) {
      ::_exit(k_no_rights_to_drop);
    }
    try {
      static_cast<void>(open_store(root));
    } catch (const Error& error) {
      ::_exit(static_cast<int>(error.code()));
    }
    ::_exit(k_opened);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a store that may not be entered is denied, one that is not there is missing",
          "[libtrack]") {
  const track_test::TempDir directory;
  REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
  const auto root = directory / "store";
  static_cast<void>(create_store(root, false, {}));
  REQUIRE(::chmod(root.c_str(), 0) == 0);
  const int hidden = open_as_nobody(root);
  REQUIRE(::chmod(root.c_str(), 0700) == 0);
  CHECK(hidden == static_cast<int>(ErrorCode::permission));
  CHECK(open_as_nobody(directory / "none") == static_cast<int>(ErrorCode::not_found));
}

namespace {

/// A repository in a directory of its own, which is the working directory meanwhile.
class Repository {
 public:
  Repository() {
    ::unsetenv("TRACK_STORE");
    fs::create_directories(top() / ".git" / "info");
    std::ofstream(top() / ".git" / "HEAD") << "ref: refs/heads/main\n";
    fs::current_path(top());
  }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;
  ~Repository() { fs::current_path(before_); }

  [[nodiscard]] fs::path top() const { return directory_ / "repo"; }
  [[nodiscard]] fs::path beside(const char* name) const { return directory_ / name; }
  [[nodiscard]] std::string excluded() const {
    std::ifstream in(top() / ".git" / "info" / "exclude");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path init(const fs::path& at = {}) const {
    InitOptions options;
    options.at = at;
    return Store::init(options);
  }
  [[nodiscard]] Error failure_of_init(const fs::path& at) const {
    try {
      init(at);
    } catch (const Error& error) {
      return error;
    }
    FAIL("a store was made");
    return {ErrorCode::io, ""};
  }

 private:
  fs::path before_ = fs::current_path();
  track_test::TempDir directory_;
};

}  // namespace

TEST_CASE("a store made elsewhere is found by a file that git leaves alone", "[libtrack]") {
  const Repository repository;
  std::ofstream(repository.top() / ".git" / "info" / "exclude") << "*.o";
  const auto store = repository.beside("store");
  CHECK(repository.init(store) == store);
  CHECK(fs::is_regular_file(repository.top() / ".track"));
  CHECK(repository.excluded() == "*.o\n/.track\n");
  CHECK(repository.init(store) == store);
  CHECK(repository.excluded() == "*.o\n/.track\n");
  CHECK(repository.init() == store);  // by the file
  CHECK(repository.init(repository.top() / ".track") == store);
  CHECK(locate_store({}) == store);
}

TEST_CASE("of a linked work tree the main one gets the file and leaves it alone", "[libtrack]") {
  const Repository repository;
  const auto own = repository.top() / ".git" / "worktrees" / "other";
  fs::create_directories(own);
  std::ofstream(own / "commondir") << "../..\n";
  fs::create_directories(repository.beside("other"));
  std::ofstream(repository.beside("other") / ".git") << "gitdir: " << own.string() << '\n';
  fs::current_path(repository.beside("other"));
  const auto store = repository.beside("store");
  CHECK(repository.init(store) == store);
  CHECK(fs::is_regular_file(repository.top() / ".track"));
  CHECK_FALSE(fs::exists(repository.beside("other") / ".track"));
  CHECK(repository.excluded() == "/.track\n");
  CHECK(repository.init() == store);
}

TEST_CASE("outside of git nothing is excluded, and a file that points nowhere is an error",
          "[libtrack]") {
  const Repository repository;
  fs::create_directories(repository.beside("plain"));
  fs::current_path(repository.beside("plain"));
  CHECK(repository.init(repository.beside("store")) == repository.beside("store"));
  CHECK(repository.excluded().empty());
  fs::remove_all(repository.beside("store"));
  CHECK_THROWS_WITH(repository.init(), Catch::Contains("points there, and there is none"));
}

TEST_CASE("a file that points to one store is not made to point to another", "[libtrack]") {
  const Repository repository;
  const auto first = repository.beside("first");
  const auto second = repository.beside("second");
  CHECK(repository.init(first) == first);
  const auto failure = repository.failure_of_init(second);
  CHECK(failure.code() == ErrorCode::conflict);
  CHECK_THAT(failure.what(), Catch::Contains("it points to '" + first.string() + "'"));
  CHECK_THAT(failure.hint(), Catch::Contains("remove the file"));
  CHECK_FALSE(fs::exists(second));
  CHECK(locate_store({}) == first);
  CHECK(repository.init(first / "") == first / "");  // the same one
  fs::remove(repository.top() / ".track");
  CHECK(repository.init(second) == second);
  CHECK(locate_store({}) == second);
}

TEST_CASE("a store is not made where the file that points to it could not say", "[libtrack]") {
  const Repository repository;
  for (const auto* name : {"a\nb", "a\tb", "a\r", "a ", " a", "a\x7f", "a\x01/b", "a /"}) {
    CAPTURE(name);
    const auto store = repository.beside(name);
    CHECK(repository.failure_of_init(store).code() == ErrorCode::usage);
    CHECK_FALSE(fs::exists(store));
  }
  CHECK_FALSE(fs::exists(repository.top() / ".track"));
  const auto store = repository.beside("a b \xc3\xa9");
  CHECK(repository.init(store) == store);
  CHECK(locate_store({}) == store);
}

TEST_CASE("a store is made where TRACK_STORE says", "[libtrack]") {
  const Repository repository;
  const auto store = repository.beside("store");
  ::setenv("TRACK_STORE", store.c_str(), 1);
  const auto made = repository.init();
  ::unsetenv("TRACK_STORE");
  CHECK(made == store);
  CHECK(fs::is_regular_file(store / "config.toml"));
  CHECK(locate_store({}) == store);  // by the file, as with a place that is given
}
