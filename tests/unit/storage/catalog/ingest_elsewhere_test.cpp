#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "store_fixture.hpp"
#include "track/schemas/codec.hpp"
#include "track/storage/journal/reader.hpp"
#include "track/storage/objects/object_store.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_boot_at = 128;
constexpr std::size_t k_boot_length = 40;
constexpr std::size_t k_checked = 252;

/// A process that dies without a word after it logged `points`.
void die_after(const Store& store, const RunId& run, int points) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const Process process(store, run);
    for (int i = 0; i < points; ++i) process.log("loss", i, i);
    raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

std::vector<fs::path> segments_of(const StoreLayout& layout, const RunId& run) {
  std::vector<std::string> problems;
  std::vector<fs::path> paths;
  for (const auto& info : list_segments(layout.journal(run), problems)) paths.push_back(info.path);
  return paths;
}

/// Makes a segment look as if another kernel had run under its writer.
void put_other_boot(const fs::path& segment) {
  std::ifstream in(segment, std::ios::binary);
  std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  std::fill_n(bytes.begin() + k_boot_at, k_boot_length, '\0');
  std::memcpy(bytes.data() + k_boot_at, "another-boot", 12);
  const auto crc = schemas::crc32c(std::as_bytes(std::span(bytes)).first(k_checked), 0);
  std::memcpy(bytes.data() + k_checked, &crc, sizeof crc);
  std::ofstream(segment, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// What a process on another machine left: a member of that boot, and points.
RunId other_machine(const Store& store, bool local, bool sealed) {
  const auto run = RunId::random();
  JournalOptions options;
  options.directory = store.layout.journal(run);
  options.run = run;
  create_directories(options.directory, 0700);
  const auto journal = JournalWriter::open(options);
  schemas::MemberStartEntry entry;
  entry.member = Uuid::random();
  entry.pid = getpid();
  entry.process_start = process_start_ticks(getpid());
  entry.boot_id = "another-boot";
  entry.live_file = entry.member.to_string() + ".live";
  entry.local = local;
  journal->append(entry);
  for (int i = 0; i < 100; ++i) journal->append_point(journal->intern("loss"), i, i);
  // Written as it stands: the mapping is the file.
  if (sealed) journal->close();
  for (const auto& segment : segments_of(store.layout, run)) {
    const auto copy = fs::path(segment).replace_extension(".copy");
    fs::copy_file(segment, copy);
    put_other_boot(copy);
    fs::rename(copy, segment);
  }
  return run;
}

IngestReport take(const Store& store, Catalog& catalog, const Store& source,
                  const Progress& progress = {}) {
  return ingest_from(store.layout, catalog, source.layout, Taken::removed, progress);
}

Digest store_object(const Store& store, const std::string& text) {
  const auto objects = open_object_store(store.layout, {.self_contained = true});
  const auto writer = objects->begin();
  const auto digest = writer->add_bytes(std::as_bytes(std::span(text))).digest;
  writer->commit();
  return digest;
}

std::string text_of(const Store& store, const Digest& digest) {
  const auto bytes = open_object_store(store.layout)->read_all(digest);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_packs(const Store& store) {
  bool found = false;
  walk(store.layout.objects() / "packs", [&](const WalkEntry& entry) {
    found = found || entry.path.extension() == ".pack";
    return true;
  });
  return found;
}

/// What a job left in a store's inbox.
struct Left : Store {
  explicit Left(const Store& store, const std::string& name = "job") {
    layout.root = store.layout.inbox() / name;
    layout.create();
  }
};

}  // namespace

TEST_CASE("what waits elsewhere is taken whole, once, and removed there", "[catalog]") {
  const Store store;
  const Store spool;
  const auto catalog = store.open();
  Process process(spool);
  for (int i = 0; i < 50; ++i) process.log("loss", i, i);
  process.end();
  const auto digest = store_object(spool, "weights");

  const auto report = take(store, *catalog, spool);
  CHECK(report.runs == 1);
  CHECK(report.points == 50);
  CHECK(report.packs == 1);
  CHECK(catalog->find_run(process.run)->state == RunState::finished);
  CHECK(text_of(store, digest) == "weights");
  CHECK_FALSE(fs::exists(spool.layout.journal(process.run)));
  CHECK_FALSE(has_packs(spool));
  CHECK(take(store, *catalog, spool).points == 0);
  CHECK(catalog->points_all(process.run, {"loss", {}}).steps.size() == 50);
}

TEST_CASE("what may not be removed is taken once all the same", "[catalog]") {
  const Store store;
  const Store other;
  const auto catalog = store.open();
  Process process(other);
  process.log("loss", 0, 1);
  process.end();
  const auto digest = store_object(other, "weights");
  for (int i = 0; i < 2; ++i) {
    const auto report = ingest_from(store.layout, *catalog, other.layout, Taken::left);
    CHECK(report.points == (i == 0 ? 1 : 0));
    CHECK(report.packs == (i == 0 ? 1 : 0));
  }
  CHECK(fs::exists(other.layout.journal(process.run)));
  CHECK(has_packs(other));
  CHECK(text_of(store, digest) == "weights");
}

TEST_CASE("a run that is still being written elsewhere waits until it ended", "[catalog]") {
  const Store store;
  const Store spool;
  const auto catalog = store.open();
  Process process(spool);
  process.log("loss", 0, 1);
  store_object(spool, "weights");
  const auto report = take(store, *catalog, spool);
  REQUIRE(report.waiting.size() == 1);
  CHECK(report.waiting[0].find(process.run.value) != std::string::npos);
  CHECK_FALSE(catalog->find_run(process.run));
  // Whoever writes may still name what is in the packs.
  CHECK(has_packs(spool));
  process.end();
  CHECK(take(store, *catalog, spool).points == 1);
  CHECK(catalog->find_run(process.run)->state == RunState::finished);
  CHECK_FALSE(has_packs(spool));
}

TEST_CASE("a run that was killed on this machine elsewhere reads killed", "[catalog]") {
  const Store store;
  const Store spool;
  const auto catalog = store.open();
  const auto run = RunId::random();
  die_after(spool, run, 1000);
  std::ofstream(spool.layout.journal(run) / "output.log") << "what it printed";
  CHECK(take(store, *catalog, spool).points == 1000);
  CHECK(catalog->find_run(run)->state == RunState::killed);
  CHECK_FALSE(fs::exists(spool.layout.journal(run)));
  CHECK(read_text(store.layout.journal(run) / "output.log") == "what it printed");
}

TEST_CASE("of a copy nobody can tell whether its run was killed", "[catalog]") {
  const Store store;
  const Store spool;
  const Store copy;
  const auto catalog = store.open();
  const auto run = RunId::random();
  die_after(spool, run, 100);
  fs::copy(spool.layout.root, copy.layout.root,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  CHECK(take(store, *catalog, copy).points == 100);
  CHECK(catalog->find_run(run)->state == RunState::unknown);
}

TEST_CASE("what another machine left is unknown rather than killed", "[catalog]") {
  const Store store;
  const Store inbox;
  const auto catalog = store.open();
  SECTION("on a disk that was its own: nobody will write there any more") {
    const auto run = other_machine(inbox, true, false);
    CHECK(take(store, *catalog, inbox).points == 100);
    CHECK(catalog->find_run(run)->state == RunState::unknown);
    CHECK_FALSE(fs::exists(inbox.layout.journal(run)));
  }
  SECTION("over the network: it may go on") {
    const auto run = other_machine(inbox, false, false);
    CHECK(take(store, *catalog, inbox).points == 100);
    CHECK(catalog->find_run(run)->state == RunState::unknown);
    CHECK(segments_of(inbox.layout, run).size() == 1);
  }
  SECTION("over the network and sealed: nothing follows in this segment") {
    const auto run = other_machine(inbox, false, true);
    CHECK(take(store, *catalog, inbox).points == 100);
    CHECK(segments_of(inbox.layout, run).empty());
  }
}

TEST_CASE("a journal that a host writes over the network is not closed by who has the disk",
          "[catalog]") {
  const Store store;
  const auto catalog = store.open();
  const auto run = other_machine(store, false, false);
  CHECK(ingest_journals(store.layout, *catalog).points == 100);
  ingest_journals(store.layout, *catalog);
  CHECK(segments_of(store.layout, run).size() == 1);
}

TEST_CASE("a segment that is just being copied is not removed", "[catalog]") {
  const Store store;
  const Store inbox;
  const auto catalog = store.open();
  const auto run = other_machine(inbox, true, true);
  const auto segment = segments_of(inbox.layout, run).at(0);
  const auto whole = read_file(segment);
  fs::resize_file(segment, 4096 + 32 * 20);
  take(store, *catalog, inbox);
  REQUIRE(fs::exists(segment));
  std::ofstream(segment, std::ios::binary)
      .write(reinterpret_cast<const char*>(whole.data()),
             static_cast<std::streamsize>(whole.size()));
  take(store, *catalog, inbox);
  CHECK(catalog->points_all(run, {"loss", {}}).steps.size() == 100);
  CHECK_FALSE(fs::exists(segment));
}

TEST_CASE("taking that is killed again and again loses nothing and doubles nothing", "[catalog]") {
  const Store store;
  const Store spool;
  static_cast<void>(store.open());
  std::vector<std::pair<RunId, Digest>> runs;
  for (int i = 0; i < 4; ++i) {
    Process process(spool);
    for (int step = 0; step < 500; ++step) process.log("loss", step, step);
    runs.emplace_back(process.run, store_object(spool, "weights " + std::to_string(i)));
    process.end();
  }
  for (int i = 0; i < 12; ++i) {
    run_until_killed(i, [&](const Progress& progress) {
      const auto catalog = store.open();
      take(store, *catalog, spool, progress);
    });
  }
  const auto catalog = store.open();
  take(store, *catalog, spool);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CHECK(catalog->points_all(runs[i].first, {"loss", {}}).steps.size() == 500);
    CHECK(text_of(store, runs[i].second) == "weights " + std::to_string(i));
  }
  CHECK(list_journal_runs(spool.layout.journals()).empty());
  CHECK_FALSE(has_packs(spool));
  CHECK(catalog->check().empty());
}

TEST_CASE("who ingests takes the inbox, too", "[catalog]") {
  const Store store;
  const auto catalog = store.open();
  const auto leave = [&](const std::string& name) {
    const Left source(store, name);
    Process process(source);
    process.log("loss", 0, 1);
    process.end();
    return process.run;
  };
  const auto run = leave("job-1");
  const auto unfinished = leave(".job-2");
  fs::create_directory(store.layout.inbox() / "nonsense");
  CHECK(list_inbox(store.layout).size() == 2);

  const auto report = ingest_journals(store.layout, *catalog);
  CHECK(report.points == 1);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].find("nonsense") != std::string::npos);
  CHECK(catalog->find_run(run)->state == RunState::finished);
  CHECK_FALSE(catalog->find_run(unfinished));
  CHECK_FALSE(fs::exists(store.layout.inbox() / "job-1"));
  CHECK(fs::exists(store.layout.inbox() / ".job-2"));

  fs::rename(store.layout.inbox() / ".job-2", store.layout.inbox() / "job-2");
  ingest_journals(store.layout, *catalog);
  CHECK(catalog->find_run(unfinished));
}

TEST_CASE("in a private store's inbox only its owner may have left something", "[catalog]") {
  if (geteuid() != 0) return;  // who else could give a directory away
  const Store store;
  const auto catalog = store.open();
  const Left source(store);
  Process process(source);
  process.end();
  REQUIRE(chown(source.layout.root.c_str(), 12345, 12345) == 0);
  const auto report = ingest_journals(store.layout, *catalog);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].find("another user") != std::string::npos);
  CHECK(report.problems[0].find(process.run.value) != std::string::npos);
  CHECK_FALSE(catalog->find_run(process.run));
  CHECK(fs::exists(source.layout.journal(process.run)));
}

TEST_CASE("what was left for others leads them nowhere else", "[catalog]") {
  const Store store;
  const Store theirs;
  const auto catalog = store.open();
  Process process(theirs);
  process.end();
  const Left source(store);
  fs::remove(source.layout.journals());
  fs::create_directory_symlink(theirs.layout.journals(), source.layout.journals());
  CHECK(ingest_journals(store.layout, *catalog).problems.size() >= 1);
  CHECK_FALSE(catalog->find_run(process.run));
  CHECK(fs::exists(theirs.layout.journal(process.run)));
}

TEST_CASE("packs that cannot be taken keep the journals that name them", "[catalog]") {
  const Store store;
  const Store spool;
  const auto catalog = store.open();
  Process process(spool);
  process.end();
  store_object(spool, "weights");
  fs::remove_all(store.layout.objects() / "tmp");  // no place to write to
  CHECK_THROWS_AS(take(store, *catalog, spool), Error);
  CHECK(fs::exists(spool.layout.journal(process.run)));
  CHECK(has_packs(spool));
}
