#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>

#include "run_fixture.hpp"
#include "store/spool.hpp"
#include "track/command.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"

using track_test::RunStore;

namespace fs = std::filesystem;

namespace {

/// Logs something of every kind, whatever becomes of the store.
track::FinishReport train(RunStore& store, track::Run& run) {
  for (int step = 0; step < 100; ++step) run.log("loss", step, step);
  run.set_param("lr", 0.1);
  std::ofstream(store.path() / "model.bin") << "weights";
  run.log_artifact(store.path() / "model.bin");
  return run.finish();
}

/// What the store has of the run once it can be used.
void check_taken(RunStore& store, const track::RunId& run, const fs::path& root) {
  track::StoreOptions options;
  options.path = root;
  auto opened = track::Store::open(options);
  const auto report = opened.ingest();
  CHECK(report.problems.empty());
  CHECK(report.points == 100);
  REQUIRE(opened.find_run(run));
  CHECK(opened.find_run(run)->state == track::RunState::finished);
  CHECK(opened.find_metric(run, "loss").count == 100);
  const auto to = store.path() / "restored";
  opened.restore_artifact(opened.find_artifact(run, "model.bin"), to);
  CHECK(track::storage::read_text(to) == "weights");
  CHECK(track::detail::list_spools().empty());
  CHECK(opened.ingest().points == 0);
}

}  // namespace

TEST_CASE("an unusable store loses no run", "[run]") {
  RunStore store;
  auto options = store.options();
  std::function<void()> repair;
  auto root = store.root();
  const auto config = track::storage::read_text(store.root() / "config.toml");
  const auto put_back = [&] { std::ofstream(store.root() / "config.toml") << config; };
  SECTION("its parent is missing, as where nothing is mounted") {
    root = options.store = store.path() / "mnt" / ".track";
    repair = [&] {
      fs::create_directory(store.path() / "mnt");
      (void)track::detail::create_store(root, false, {});
    };
  }
  SECTION("a file points to where there is none") {
    root = store.path() / "mnt" / "elsewhere";
    options.store = store.path() / "pointer";
    std::ofstream(options.store) << root.string() << "\n";
    repair = [&] {
      fs::create_directory(store.path() / "mnt");
      (void)track::detail::create_store(root, false, {});
    };
  }
  SECTION("everyone may write to it") {
    fs::permissions(store.root(), fs::perms::others_write, fs::perm_options::add);
    repair = [&] {
      fs::permissions(store.root(), fs::perms::others_write, fs::perm_options::remove);
    };
  }
  SECTION("its format is newer") {
    std::ofstream(store.root() / "config.toml") << "id = \"x\"\nformat = 99\n";
    repair = put_back;
  }
  SECTION("its settings are broken") {
    std::ofstream(store.root() / "config.toml") << "id = ";
    repair = put_back;
  }
  SECTION("its journals are a file") {
    fs::remove_all(store.journals());
    std::ofstream(store.journals()) << "in the way";
    repair = [&] {
      fs::remove(store.journals());
      fs::create_directory(store.journals());
    };
  }
  auto run = track::start_run(options);
  REQUIRE(track::detail::spool_target(run.store()) == root);
  CHECK(train(store, run).complete());
  REQUIRE(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot record run 'unit_libtrack-") == 0);
  CHECK(store.warnings[0].find(run.store().string()) != std::string::npos);
  CHECK(store.warnings[0].find("track ingest --store " + root.string()) != std::string::npos);
  struct stat status {};
  REQUIRE(::stat(run.store().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  repair();
  check_taken(store, run.id(), root);
}

TEST_CASE("a full disk or one that is read only loses no run", "[run]") {
  RunStore store;
  const auto place = store.path() / "disk";
  fs::create_directory(place);
  if (::mount("track-test", place.c_str(), "tmpfs", 0, "size=1m,mode=0700") != 0) {
    WARN("skipped: cannot mount a tmpfs here");
    return;
  }
  const auto root = place / ".track";
  (void)track::detail::create_store(root, false, {});
  std::function<void()> repair;
  SECTION("full") {
    std::ofstream filler(place / "filler");
    while (filler.write("0123456789abcdef", 16)) {
    }
    filler.close();
    repair = [&] { fs::remove(place / "filler"); };
  }
  SECTION("read only") {
    REQUIRE(::mount(nullptr, place.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    repair = [&] { (void)::mount(nullptr, place.c_str(), nullptr, MS_REMOUNT, nullptr); };
  }
  auto options = store.options();
  options.store = root;
  auto run = track::start_run(options);
  CHECK(train(store, run).complete());
  CHECK(store.warnings.size() == 1);
  repair();
  check_taken(store, run.id(), root);
  ::umount2(place.c_str(), MNT_DETACH);
}

TEST_CASE("a strict run is not spooled: it throws", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "absent" / ".track";
  options.strict = true;
  CHECK_THROWS_AS(track::start_run(options), track::Error);
  CHECK(track::detail::list_spools().empty());
}

TEST_CASE("a spool that others may write to, or own, is not used", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "absent" / ".track";
  fs::create_directories(track::detail::spool_root());
  SECTION("writable") {
    fs::permissions(track::detail::spool_root(), fs::perms::others_write, fs::perm_options::add);
  }
  SECTION("another's") {
    if (::geteuid() != 0) return;
    REQUIRE(::chown(track::detail::spool_root().c_str(), 12345, 12345) == 0);
  }
  auto run = track::start_run(options);
  CHECK_FALSE(train(store, run).complete());
  REQUIRE(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot use spool") != std::string::npos);
  CHECK(store.warnings[0].find("training goes on unrecorded") != std::string::npos);
  CHECK_THROWS_AS(track::detail::list_spools(), track::Error);
}

TEST_CASE("each store has a spool of its own", "[run]") {
  RunStore store;
  auto options = store.options();
  const auto a = store.path() / "a" / ".track";
  const auto b = store.path() / "b with 'quotes'" / ".track";
  options.store = a;
  const auto of_a = track::start_run(options);
  options.store = b;
  const auto of_b = track::start_run(options);
  CHECK(of_a.store() != of_b.store());
  REQUIRE(track::detail::spools_for(a).size() == 1);
  CHECK(track::detail::spools_for(a)[0].root == of_a.store());
  CHECK(track::detail::list_spools().size() == 2);
  REQUIRE(store.warnings.size() == 2);
  CHECK(store.warnings[1].find(R"(track ingest --store ')" + store.path().string() +
                               R"(/b with '\''quotes'\''/.track')") != std::string::npos);
}

TEST_CASE("a run in an inbox's directory waits for that store", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.root() / "inbox" / "job-1";
  auto run = track::start_run(options);
  CHECK(run.store() == options.store);
  CHECK(train(store, run).complete());
  CHECK(store.warnings.empty());
  CHECK(track::detail::spool_target(run.store()) == store.root());
  check_taken(store, run.id(), store.root());
  CHECK_FALSE(fs::exists(options.store));
}

TEST_CASE("`track run` keeps a run whose store is not there, and exits with its program's code",
          "[run]") {
  RunStore store;
  track::CommandOptions command;
  command.argv = {"/bin/sh", "-c", "echo seen; exit 7"};
  command.run = store.options();
  command.run.store = store.path() / "mnt" / ".track";
  const auto result = track::run_command(command);
  CHECK(result.exit_code == 7);
  CHECK(result.run.value.size() == 16);
  CHECK(store.warnings.size() == 1);
  fs::create_directory(store.path() / "mnt");
  (void)track::detail::create_store(command.run.store, false, {});
  auto opened = track::Store::open({.path = command.run.store});
  opened.ingest();
  CHECK(opened.find_run(result.run)->exit_code == 7);
  std::string output;
  CHECK(opened.read_output(result.run, [&](std::string_view text) { output += text; }));
  CHECK(output == "seen\n");
}

TEST_CASE("a directory named to ingest is taken, if it is one's own", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "absent" / ".track";
  auto run = track::start_run(options);
  (void)train(store, run);
  auto opened = track::Store::open({.path = store.root()});
  CHECK(opened.ingest().points == 0);  // it is meant for another store
  SECTION("a spool") { CHECK(opened.ingest_from({run.store()}).points == 100); }
  SECTION("where spools are") {
    CHECK(opened.ingest_from({track::detail::spool_root()}).points == 100);
  }
  SECTION("a copy") {
    fs::copy(run.store(), store.path() / "copy", fs::copy_options::recursive);
    CHECK(opened.ingest_from({store.path() / "copy"}).points == 100);
    CHECK(opened.ingest_from({run.store()}).points == 0);
  }
  SECTION("others may write to it") {
    fs::permissions(run.store(), fs::perms::others_write, fs::perm_options::add);
    CHECK_THROWS_AS(opened.ingest_from({run.store()}), track::Error);
    return;
  }
  SECTION("nothing is there") {
    CHECK_THROWS_AS(opened.ingest_from({store.path() / "nowhere"}), track::Error);
    CHECK_THROWS_AS(opened.ingest_from({store.root()}), track::Error);
    return;
  }
  CHECK(opened.find_metric(run.id(), "loss").count == 100);
}

TEST_CASE("another store's journals are taken, and left to it", "[run]") {
  RunStore store;
  const auto other = store.path() / "other";
  (void)track::detail::create_store(other, false, {});
  auto options = store.options();
  options.store = other;
  auto run = track::start_run(options);
  (void)train(store, run);
  auto opened = track::Store::open({.path = store.root()});
  CHECK(opened.ingest_from({other}).points == 100);
  CHECK(opened.ingest_from({other}).points == 0);
  auto source = track::Store::open({.path = other});
  CHECK(source.find_metric(run.id(), "loss").count == 100);
  // Now its catalog alone has the run, of which this store would know nothing.
  CHECK(opened.ingest_from({other}).problems.size() == 1);
}
