#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "catalog_batches.hpp"
#include "store_fixture.hpp"
#include "track/schemas/migrations.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace fs = std::filesystem;

namespace {

/// Runs SQL on the file as anybody could.
void execute(const fs::path& path, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  char* message = nullptr;
  const int result = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  INFO((message != nullptr ? message : ""));
  CHECK(result == SQLITE_OK);
  sqlite3_free(message);
  REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

/// Where the file keeps the table of that name, from 1.
std::streamoff root_page(const fs::path& path, const std::string& table) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  const auto sql = "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'";
  REQUIRE(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const auto page = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  REQUIRE(sqlite3_close(db) == SQLITE_OK);
  return page;
}

void add_run(Catalog& catalog, char name = '1') {
  Segment segment(run_id(name));
  segment.start("run", "digits").points({"loss", {}}, 0, {1, 2, 3});
  take(catalog, segment.end(RunState::finished), true);
}

/// Takes the rights to write away from a store, and gives them back at the end.
class ReadOnly {
 public:
  explicit ReadOnly(const Store& store) : layout_(store.layout) { set(0500, 0400); }
  ~ReadOnly() { set(0700, 0600); }

 private:
  void set(mode_t directory, mode_t file) const {
    for (const auto& entry : fs::directory_iterator(layout_.root)) {
      if (entry.is_regular_file()) chmod(entry.path().c_str(), file);
    }
    chmod(layout_.root.c_str(), directory);
  }
  const StoreLayout& layout_;
};

/// Runs `body` in a child that has no more rights than anybody, and gives what went wrong there:
/// the superuser, as whom tests may run, may write to anything.
template <typename Body>
std::string as_ordinary_user(const fs::path& owned, Body body) {
  constexpr uid_t k_nobody = 65534;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  if (geteuid() == 0) {
    REQUIRE(chown(owned.c_str(), k_nobody, k_nobody) == 0);
    for (const auto& entry : fs::recursive_directory_iterator(owned)) {
      REQUIRE(lchown(entry.path().c_str(), k_nobody, k_nobody) == 0);
    }
  }
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string message;
    try {
      if (geteuid() == 0 && (setgid(k_nobody) != 0 || setuid(k_nobody) != 0))
        throw std::runtime_error("cannot become nobody");
      body();
    } catch (const std::exception& error) {
      message = error.what();
    }
    static_cast<void>(write(ends[1], message.data(), message.size()));
    _exit(0);
  }
  close(ends[1]);
  std::string message(1000, ' ');
  const auto size = read(ends[0], message.data(), message.size());
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  message.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return message;
}

void expect(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("not so: ") + what);
}

/// What of a store can be read, and that none of it can be written.
void expect_readable(const StoreLayout& layout) {
  const auto catalog = open_sqlite_catalog(layout);
  expect(catalog->list_runs({}).size() == 1, "one run is listed");
  expect(catalog->points(run_id('1'), {"loss", {}}).steps.size() == 3, "three points are read");
  expect(query(*catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"3"},
         "SQL sees three points");
  RunQuery by_param;
  by_param.where = "last('loss') = 3";
  expect(catalog->list_runs(by_param).size() == 1, "an expression finds the run");
  try {
    catalog->set_note(run_id('1'), "x");
    expect(false, "writing is refused");
  } catch (const Error& error) {
    expect(error.code() == ErrorCode::permission, "it is refused for want of rights");
  }
  try {
    ingest_journals(layout, *catalog);
  } catch (const Error& error) {
    expect(error.code() == ErrorCode::permission, "ingest is refused for want of rights");
  }
}

}  // namespace

TEST_CASE("a new catalog has the latest schema and the store's mode", "[catalog]") {
  Store store;
  static_cast<void>(store.open());
  struct stat status {};
  REQUIRE(stat(store.layout.catalog_db().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600U);
  execute(store.layout.catalog_db(), "SELECT count(*) FROM params");
}

TEST_CASE("an empty file becomes a catalog", "[catalog]") {
  Store store;
  std::ofstream(store.layout.catalog_db()).flush();
  const auto catalog = store.open();
  add_run(*catalog);
  CHECK(catalog->list_runs({}).size() == 1);
}

TEST_CASE("every released schema migrates to the latest", "[catalog]") {
  // A catalog as each number of migrations left it, with what there was to store by then.
  for (std::size_t count = 1; count <= schemas::migrations().size(); ++count) {
    Store store;
    const auto path = store.layout.catalog_db();
    for (const auto& migration : schemas::migrations().first(count)) {
      execute(path, std::string(migration.sql));
    }
    execute(path, "PRAGMA application_id = " + std::to_string(0x7472636B) +
                      "; PRAGMA user_version = " + std::to_string(count) +
                      "; INSERT INTO run_rows (id, name) VALUES ('aaaaaaaaaaaaaaaa', 'old')");
    const auto catalog = store.open();
    CHECK(catalog->find_run({"aaaaaaaaaaaaaaaa"})->name == "old");
    add_run(*catalog, '2');
    CHECK(catalog->check().empty());
  }
}

TEST_CASE("a newer schema is refused and left alone", "[catalog]") {
  Store store;
  add_run(*store.open());
  execute(store.layout.catalog_db(), "PRAGMA user_version = 999");
  CHECK(code_of([&] { static_cast<void>(store.open()); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { static_cast<void>(store.open({.read_only = true})); }) ==
        ErrorCode::unsupported);
}

TEST_CASE("a schema that grows while a catalog is open stops its writing", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  add_run(*catalog);
  execute(store.layout.catalog_db(), "PRAGMA user_version = 999");
  CHECK(code_of([&] { catalog->set_note(run_id('1'), "x"); }) == ErrorCode::unsupported);
  Segment segment(run_id('2'));
  CHECK(code_of([&] { take(*catalog, segment.start("a", "b")); }) == ErrorCode::unsupported);
  CHECK(catalog->list_runs({}).size() == 1);
}

TEST_CASE("a catalog that is gone is missed, not made anew", "[catalog]") {
  Store store;
  add_run(*store.open());
  const auto path = store.layout.catalog_db();
  const auto copy = store.dir / "copy.db";
  std::filesystem::copy_file(path, copy);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
  if (GENERATE(true, false)) {
    std::filesystem::remove(path);
  } else {
    std::filesystem::resize_file(path, 0);
  }
  CHECK(code_of([&] { static_cast<void>(store.open()); }) == ErrorCode::corrupt);
  CHECK(code_of([&] { static_cast<void>(store.open({.read_only = true})); }) == ErrorCode::corrupt);
  SECTION("its copy is put back") {
    std::filesystem::remove(path);
    std::filesystem::copy_file(copy, path);
    CHECK(store.open()->list_runs({}).size() == 1);
  }
  SECTION("its runs are given up") {
    std::filesystem::remove(store.layout.ingest_lock());
    CHECK(store.open()->list_runs({}).empty());
  }
}

TEST_CASE("what is no catalog is corrupt", "[catalog]") {
  Store store;
  const auto path = store.layout.catalog_db();
  SECTION("no database") { std::ofstream(path) << std::string(8192, 'x'); }
  SECTION("another database") { execute(path, "CREATE TABLE other (x)"); }
  SECTION("another program's") {
    execute(path, "PRAGMA application_id = 7; CREATE TABLE other (x)");
  }
  CHECK(code_of([&] { static_cast<void>(store.open()); }) == ErrorCode::corrupt);
}

TEST_CASE("a damaged catalog is found by check", "[catalog]") {
  Store store;
  add_run(*store.open());
  SECTION("a scribbled chunk") {
    execute(store.layout.catalog_db(), "UPDATE chunk_rows SET data = x'00112233'");
    const auto catalog = store.open();
    CHECK(catalog->check().size() == 1);
    CHECK(code_of([&] {
            static_cast<void>(catalog->points(run_id('1'), {"loss", {}}));
          }) == ErrorCode::corrupt);
    // And it stops no ingest.
    Segment segment(run_id('1'), 0, 1, 5);
    CHECK(take(*catalog, segment.points({"loss", {}}, 0, {9})).problems.size() == 1);
    CHECK(catalog->list_runs({}).size() == 1);
  }
  SECTION("a changed summary") {
    execute(store.layout.catalog_db(), "UPDATE series_rows SET count = 7");
    CHECK(store.open()->check().size() == 1);
  }
  SECTION("a page of noise") {
    const auto size = fs::file_size(store.layout.catalog_db());
    std::fstream file(store.layout.catalog_db(), std::ios::in | std::ios::out | std::ios::binary);
    for (std::uint64_t at = 8192; at < size; at += 4096) {
      file.seekp(static_cast<std::streamoff>(at));
      file << std::string(4096, 'x');
    }
    file.close();
    CHECK(code_of([&] {
            const auto catalog = store.open();
            if (!catalog->check().empty()) throw Error(ErrorCode::corrupt, "found");
          }) == ErrorCode::corrupt);
  }
}

TEST_CASE("a damaged catalog fails an ingest, and is no problem of a segment", "[catalog]") {
  Store store;
  add_run(*store.open());
  Process process(store);
  process.log("loss", 0, 1);
  const auto damage = [&](const char* table) {
    const auto at = (root_page(store.layout.catalog_db(), table) - 1) * 4096;
    std::fstream file(store.layout.catalog_db(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << std::string(4096, 'x');
  };
  SECTION("where it says how far a segment was read") { damage("segment_rows"); }
  SECTION("where it keeps runs") { damage("run_rows"); }
  SECTION("where it keeps the processes of a run") { damage("member_rows"); }
  const auto catalog = store.open();
  CHECK(code_of([&] { ingest_journals(store.layout, *catalog); }) == ErrorCode::corrupt);
}

TEST_CASE("a store that cannot be written to is read", "[catalog]") {
  Store store;
  SECTION("without a catalog") {
    const ReadOnly guard(store);
    CHECK(as_ordinary_user(store.dir.path(), [&] {
            expect(open_sqlite_catalog(store.layout)->list_runs({}).empty(), "there is nothing");
          }) == "");
  }
  SECTION("with a catalog") {
    add_run(*store.open());
    const ReadOnly guard(store);
    CHECK(as_ordinary_user(store.dir.path(), [&] { expect_readable(store.layout); }) == "");
  }
  SECTION("with journals that nobody can ingest") {
    add_run(*store.open());
    const Process process(store, run_id('2'));
    process.log("loss", 0, 1);
    const ReadOnly guard(store);
    CHECK(as_ordinary_user(store.dir.path(), [&] {
            const auto catalog = open_sqlite_catalog(store.layout);
            expect(catalog->points(run_id('2'), {"loss", {}}).steps.size() == 1,
                   "their points are read");
          }) == "");
  }
  SECTION("with a WAL that holds what the file does not") {
    const auto writer = store.open();
    add_run(*writer);
    REQUIRE(fs::file_size(store.layout.catalog_db().string() + "-wal") > 0);
    // As the file system is after its writer died: a WAL, and no shared memory beside it.
    const Store copy;
    for (const char* name : {"catalog.db", "catalog.db-wal"})
      fs::copy(store.layout.root / name, copy.layout.root / name);
    const ReadOnly guard(copy);
    CHECK(as_ordinary_user(copy.dir.path(), [&] { expect_readable(copy.layout); }) == "");
  }
}

TEST_CASE("read_only reads and does not write", "[catalog]") {
  Store store;
  CHECK(store.open({.read_only = true})->list_runs({}).empty());
  CHECK_FALSE(fs::exists(store.layout.catalog_db()));
  add_run(*store.open());
  const auto catalog = store.open({.read_only = true});
  CHECK(catalog->list_runs({}).size() == 1);
  CHECK(code_of([&] { catalog->rename(run_id('1'), "x"); }) == ErrorCode::permission);
}

TEST_CASE("a missing store is said to be missing", "[catalog]") {
  TempDir dir;
  const StoreLayout layout{dir / "nowhere"};
  CHECK(code_of([&] { static_cast<void>(open_sqlite_catalog(layout)); }) == ErrorCode::not_found);
}

TEST_CASE("a lock that is held too long is busy, and nothing is changed", "[catalog]") {
  Store store;
  add_run(*store.open());
  const auto catalog = store.open({.busy_timeout_ms = 10});
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(store.layout.catalog_db().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(code_of([&] { catalog->set_note(run_id('1'), "x"); }) == ErrorCode::busy);
  CHECK(catalog->find_run(run_id('1'))->note.empty());  // and reading goes on
  REQUIRE(sqlite3_close(other) == SQLITE_OK);
  catalog->set_note(run_id('1'), "x");
}
