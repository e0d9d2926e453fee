#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "run_fixture.hpp"

using namespace track::schemas;
using track_test::RunStore;

namespace fs = std::filesystem;

namespace {

/// What a program that logs does, whatever becomes of its store.
track::FinishReport train(track::Run& run, int steps) {
  auto loss = run.metric("loss");
  run.set_param("lr", 0.1);
  for (int step = 0; step < steps; ++step) loss.log(step, 1.0);
  run.log("by name", 0, 1.0);
  run.record_seed("init", 1);
  run.set_tag("a", "b");
  run.sync();
  run.wait_for_capture();
  return run.finish();
}

/// A small file system that is full soon.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ =
        ::mount("track-test", directory_.path().c_str(), "tmpfs", 0, "size=1m,mode=0700") == 0;
    if (!mounted_) WARN("skipped: cannot mount a tmpfs here: " << std::strerror(errno));
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] fs::path path() const { return directory_.path(); }

 private:
  track_test::TempDir directory_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("without store and spool training goes on, with one warning and all counted", "[run]") {
  RunStore store;
  std::ofstream(store.path() / "file") << "in the way";
  std::ofstream(store.state()) << "in the way";
  auto options = store.options();
  options.store = store.path() / "file" / ".track";
  auto run = track::start_run(options);
  CHECK(run.id().value.size() == 16);
  CHECK(run.store().empty());
  const auto report = train(run, 100);
  CHECK(report.points == 0);
  CHECK(report.dropped == 101);
  CHECK(report.losses.size() == 4);  // the store, and what was set
  REQUIRE(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot record run 'unit_libtrack-") == 0);
  CHECK(store.warnings[0].find("training goes on unrecorded") != std::string::npos);
}

TEST_CASE("a strict run without a store does not start", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "absent" / ".track";
  options.strict = true;
  CHECK_THROWS_AS(track::start_run(options), track::Error);
}

TEST_CASE("a named store that is not there is made where its parent is", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "new.track";
  auto run = track::start_run(options);
  CHECK(train(run, 10).complete());
  CHECK(run.store() == store.path() / "new.track");
}

TEST_CASE("a store deleted while training is noticed, and nothing is claimed", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.log("x", 0, 1.0);
  fs::remove_all(store.root());
  const auto report = train(run, 50);
  CHECK(report.points == 0);
  CHECK(report.dropped == 52);
  CHECK_FALSE(report.losses.empty());
  CHECK(store.warnings.size() == 1);
}

TEST_CASE("a full disk drops and counts points, and keeps params and the end", "[run]") {
  const SmallDisk disk;
  if (!disk.mounted()) return;
  RunStore store;
  auto options = store.options();
  options.store = disk.path() / ".track";
  (void)track::detail::create_store(options.store, false, {});
  auto run = track::start_run(options);
  auto loss = run.metric("loss");
  constexpr std::uint64_t k_points = 100'000;
  std::uint64_t kept = 0;
  for (std::uint64_t step = 0; step < k_points; ++step) kept += loss.log(step, 1.0) ? 1U : 0U;
  run.set_param("late", 1);
  const auto report = run.finish();
  CHECK(kept > 0);
  CHECK(kept < k_points);
  CHECK(report.points == kept);
  CHECK(report.dropped == k_points - kept);
  CHECK(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("cannot keep points of run") == 0);
  const auto journal = track_test::read_run(options.store / "journals" / run.id().value);
  CHECK(journal.point_count == kept);
  CHECK(journal.dropped == report.dropped);
  CHECK(journal.all<ParamEntry>().size() == 1);
  CHECK(journal.all<RunEndEntry>().size() == 1);
}

TEST_CASE("a cap on the journal drops and counts what is beyond", "[run]") {
  RunStore store;
  auto options = store.options();
  options.journal_cap = 256UL << 10U;
  auto run = track::start_run(options);
  auto loss = run.metric("loss");
  for (int step = 0; step < 100'000; ++step) loss.log(step, 1.0);
  const auto report = run.finish();
  CHECK(report.points > 0);
  CHECK(report.dropped > 0);
  CHECK(report.points + report.dropped == 100'000);
  CHECK(store.read(run.id()).all<RunEndEntry>().size() == 1);
  CHECK(store.warnings.size() == 1);
}

TEST_CASE("where a cap comes near, a run that decimates reaches its last steps", "[run]") {
  RunStore store;
  auto options = store.options();
  options.journal_cap = 512UL << 10U;
  options.when_full = track::WhenFull::decimate;
  auto run = track::start_run(options);
  const auto report = train(run, 20'000);
  CHECK(report.dropped > 5'000);
  CHECK(report.points + report.dropped == 20'001);
  CHECK(store.warnings.size() == 1);
  CHECK(store.warnings[0].find("decimated") != std::string::npos);
  const auto journal = store.read(run.id());
  CHECK(journal.point_count == report.points);
  CHECK(journal.points.at("loss").steps.back() > 19'900);
}

TEST_CASE("a run that waits at its cap in vain goes on and counts", "[run]") {
  RunStore store;
  auto options = store.options();
  options.journal_cap = 256UL << 10U;
  options.when_full = track::WhenFull::block;
  options.block_s = 0.02;
  auto run = track::start_run(options);
  const auto report = train(run, 20'000);
  CHECK(report.dropped > 0);
  CHECK(report.points + report.dropped == 20'001);
}

TEST_CASE("a warning without a sink is one line on standard error", "[run]") {
  RunStore store;
  track_test::Message message;
  std::string line;
  const auto log = store.path() / "stderr";
  track_test::in_child([&] {
    if (std::freopen(log.c_str(), "w", stderr) == nullptr) ::_exit(1);
    auto options = store.options();
    options.on_warning = nullptr;
    auto run = track::start_run(options);
    run.set_param("", 1);
    run.set_param("\n", 1);
  });
  std::ifstream in(log);
  std::getline(in, line);
  CHECK(line == "track: cannot set param '': a name must not be empty (training goes on)");
  CHECK_FALSE(std::getline(in, line));
}
