#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "child.hpp"
#include "counter.hpp"
#include "store_fixture.hpp"

using namespace track_test;
using track::RunState;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_flag_at = 220;     // docs/formats.md: 1 where it is written by write(2)
constexpr std::uint64_t k_window = 2'048;  // points of 32 bytes in 64 KiB

/// A directory seen through FUSE, where neither locks nor maps are trusted.
class FuseMount {
 public:
  FuseMount() {
    fs::create_directories(behind());
    fs::create_directories(path());
    if (::access("/dev/fuse", R_OK | W_OK) != 0) {
      WARN("skipped: /dev/fuse cannot be used here");
      return;
    }
    if (!fs::exists("/usr/bin/bindfs")) {
      WARN("skipped: bindfs is not installed; ./dev setup does so");
      return;
    }
    server_.emplace(std::vector<std::string>{"/usr/bin/bindfs", "-f", behind(), path()});
    for (int i = 0; i < 500 && !mounted() && server_->running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!mounted()) WARN("skipped: cannot mount FUSE here: " << server_->errors());
  }
  FuseMount(const FuseMount&) = delete;
  FuseMount& operator=(const FuseMount&) = delete;
  ~FuseMount() {
    if (!server_) return;
    ::umount2(path().c_str(), MNT_DETACH);
    if (::geteuid() != 0) (void)std::system(("fusermount -uz '" + path() + "'").c_str());
  }

  [[nodiscard]] std::string path() const { return (directory_ / "mnt").string(); }
  [[nodiscard]] std::string behind() const { return (directory_ / "behind").string(); }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory_ / name).string();
  }
  [[nodiscard]] bool mounted() const {
    struct stat above {};
    struct stat at {};
    return ::stat(directory_.path().c_str(), &above) == 0 && ::stat(path().c_str(), &at) == 0 &&
           above.st_dev != at.st_dev;
  }
  /// Who answers is gone, as a server that crashed.
  void crash() {
    server_->kill(SIGKILL);
    server_->wait();
  }

 private:
  TempDir directory_;
  std::optional<Child> server_;
};

/// A store there, made from a directory that is no work tree.
std::string make_store(const FuseMount& mount) {
  const auto store = mount.path() + "/.track";
  Child init(
      {"/bin/sh", "-c", "cd \"$0\" && exec \"$1\" init --at .track", mount.path(), HARM_PROGRAM});
  init.read_rest();
  INFO(init.errors());
  REQUIRE(init.wait().exit_code == 0);
  return store;
}

std::vector<std::uint32_t> flags_of_segments(const std::string& store, const std::string& run) {
  std::vector<std::uint32_t> flags;
  for (const auto& entry : fs::directory_iterator(store + "/journals/" + run)) {
    if (entry.path().extension() != ".seg") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    in.seekg(k_flag_at);
    std::uint32_t flag = 0;
    in.read(reinterpret_cast<char*>(&flag), sizeof flag);
    flags.push_back(flag);
  }
  return flags;
}

fs::file_time_type written(const std::string& file) { return fs::last_write_time(file); }

}  // namespace

TEST_CASE("a store on FUSE: training is recorded, read and ingested, and nothing is guessed",
          "[harm]") {
  const FuseMount mount;
  if (!mount.mounted()) return;
  const auto store = make_store(mount);
  const auto catalog = store + "/catalog.db";
  const auto before = written(catalog);
  const auto counter_file = mount.file("counter");
  const Counter counter(counter_file);
  Child trainer = start_trainer({"endless", store, counter_file});
  const std::string run = trainer.read_line();
  REQUIRE(counter.wait_past(50'000, [&] { return trainer.running(); }));
  const auto flags = flags_of_segments(store, run);
  CHECK_FALSE(flags.empty());
  CHECK(std::all_of(flags.begin(), flags.end(), [](auto flag) { return flag == 1; }));
  {
    auto opened = track::Store::open({.path = store});
    CHECK(opened.find_run(track::RunId{run})->state == RunState::unknown);
    CHECK(count_of(opened, run, "loss") > 0);
  }
  trainer.kill(SIGKILL);
  trainer.wait();
  const auto accepted = counter.get();
  Child finished = start_trainer({"points", store, "20000"});
  const std::string whole = finished.read_line();
  CHECK(finished.read_rest() == "points 20000 dropped 0 losses 0\n");
  CHECK(finished.wait().exit_code == 0);
  CHECK(finished.errors().empty());
  CHECK(written(catalog) == before);  // whoever looked left it alone

  for (const bool ingested : {false, true}) {
    auto opened = track::Store::open({.path = store});
    if (ingested) CHECK(opened.ingest().points >= 20'000);
    CHECK(opened.list({}).size() == 2);
    CHECK(opened.find_run(track::RunId{run})->state == RunState::unknown);
    CHECK(count_of(opened, run, "loss") + k_window >= accepted);
    CHECK(opened.find_run(track::RunId{whole})->state == RunState::finished);
    CHECK(count_of(opened, whole, "loss") == 20'000);
    CHECK(opened.verify({.data = true}).findings.empty());
  }
  // What might still be written to is left where it is.
  CHECK(fs::exists(store + "/journals/" + run));
}

TEST_CASE("training survives a FUSE server that crashes under its store", "[harm]") {
  FuseMount mount;
  if (!mount.mounted()) return;
  const auto store = make_store(mount);
  Child trainer = start_trainer({"harmed", store});
  REQUIRE(trainer.read_line().size() == 16);
  mount.crash();
  trainer.close_input();
  const auto report = trainer.read_rest();
  INFO(report);
  CHECK(report.find("dropped 0 ") == std::string::npos);
  CHECK(trainer.wait().exit_code == 7);
  const auto errors = trainer.errors();
  INFO(errors);
  CHECK(std::count(errors.begin(), errors.end(), '\n') == 1);

  // Whoever starts now finds no store, and loses nothing.
  const auto state = mount.file("state");
  Child spooled = start_trainer({"points", store, "1000"}, {{"XDG_STATE_HOME", state}});
  CHECK(spooled.read_line().size() == 16);
  CHECK(spooled.read_rest() == "points 1000 dropped 0 losses 0\n");
  CHECK(spooled.wait().exit_code == 0);
  CHECK(spooled.errors().find("track ingest --store " + store) != std::string::npos);
}
