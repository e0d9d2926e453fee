#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>

#include "run_fixture.hpp"
#include "track/track.h"

using namespace track::schemas;
using track_test::RunStore;

namespace {

struct CRun {
  RunStore store;
  std::string path = store.root().string();
  std::filesystem::path before = std::filesystem::current_path();
  track_run* run = nullptr;

  track_status start(int strict = 0) {
    std::filesystem::current_path(store.path());  // where there is no code to capture
    track_run_options options{};
    options.size = sizeof options;
    options.experiment = "c";
    options.store = path.c_str();
    options.strict = strict;
    return track_run_start(&options, &run);
  }
  ~CRun() {
    track_run_free(run);
    std::filesystem::current_path(before);
  }
};

}  // namespace

TEST_CASE("the C interface records a run", "[c]") {
  CRun c;
  REQUIRE(c.start() == TRACK_OK);
  const auto id = track::RunId{track_run_id(c.run)};
  CHECK(track_run_set_param_double(c.run, "lr", 0.1) == TRACK_OK);
  CHECK(track_run_set_param_int(c.run, "n", 3) == TRACK_OK);
  CHECK(track_run_set_param_bool(c.run, "on", 1) == TRACK_OK);
  CHECK(track_run_set_param_text(c.run, "net", "deep") == TRACK_OK);
  CHECK(track_run_set_param_json(c.run, "layers", "[1,2]") == TRACK_OK);
  CHECK(track_run_set_tag(c.run, "team", "a") == TRACK_OK);
  CHECK(track_run_record_seed(c.run, "init", 42) == TRACK_OK);
  CHECK(track_run_define_metric(c.run, "val/*", TRACK_GOAL_MAXIMIZE, nullptr, nullptr) == TRACK_OK);
  track_metric* metric = nullptr;
  const track_label label{"split", "val"};
  REQUIRE(track_run_metric(c.run, "loss", &label, 1, &metric) == TRACK_OK);
  CHECK(track_metric_log(metric, 0, 0.5) == TRACK_OK);
  CHECK(track_run_log(c.run, "acc", 1, 0.9) == TRACK_OK);
  std::ofstream(c.store.path() / "m") << "bytes";
  track_artifact_options options{};
  options.size = sizeof options;
  options.name = "model";
  options.kind = "model";
  CHECK(track_run_log_artifact(c.run, (c.store.path() / "m").c_str(), &options) == TRACK_OK);
  CHECK(track_run_use_dataset(c.run, "d", (c.store.path() / "m").c_str()) == TRACK_OK);
  CHECK(track_run_sync(c.run) == TRACK_OK);
  track_finish_report report{};
  report.size = sizeof report;
  CHECK(track_run_finish(c.run, nullptr, &report) == TRACK_OK);
  CHECK(report.points == 2);
  CHECK(report.losses == 0);
  CHECK(track_metric_log(metric, 1, 0.5) == TRACK_LOST);
  track_metric_free(metric);

  const auto journal = c.store.read(id);
  CHECK(journal.all<ParamEntry>().size() == 5);
  CHECK(journal.points.count("loss{split=val}") == 1);
  CHECK(journal.all<ArtifactEntry>().at(0).record.kind == track::ArtifactKind::model);
  CHECK(journal.all<RunEndEntry>().at(0).state == track::RunState::finished);
  CHECK(journal.all<RunStartEntry>().at(0).experiment == "c");
}

TEST_CASE("what is lost is a status, and has a sentence", "[c]") {
  CRun c;
  REQUIRE(c.start() == TRACK_OK);
  CHECK(track_run_set_param_int(c.run, "", 1) == TRACK_LOST);
  CHECK(std::strcmp(track_last_error(), "cannot set param '': a name must not be empty") == 0);
  CHECK(track_run_set_tag(c.run, "ok", "x") == TRACK_OK);
  CHECK(std::strcmp(track_last_error(), "") == 0);
  CHECK(track_run_log(c.run, "", 0, 1) == TRACK_LOST);
  CHECK(track_run_finish(c.run, "the user gave up", nullptr) == TRACK_LOST);
  CHECK(std::strlen(track_last_error()) > 0);
  const auto end = c.store.read({track_run_id(c.run)}).all<RunEndEntry>().at(0);
  CHECK(end.state == track::RunState::failed);
  CHECK(end.reason == "the user gave up");
}

TEST_CASE("a strict run answers with the error's code", "[c]") {
  CRun c;
  REQUIRE(c.start(1) == TRACK_OK);
  CHECK(track_run_set_param_int(c.run, "", 1) == TRACK_USAGE);
  CHECK(track_run_set_param_int(c.run, "a", 1) == TRACK_OK);
  CHECK(track_run_set_param_int(c.run, "a", 2) == TRACK_CONFLICT);
}

TEST_CASE("NULL is an answer, never a crash", "[c]") {
  CRun c;
  CHECK(track_run_start(nullptr, nullptr) == TRACK_USAGE);
  CHECK(track_run_set_param_int(nullptr, "a", 1) == TRACK_USAGE);
  CHECK(track_run_log(nullptr, "a", 0, 1) == TRACK_USAGE);
  CHECK(track_metric_log(nullptr, 0, 1) == TRACK_USAGE);
  CHECK(std::strcmp(track_run_id(nullptr), "") == 0);
  track_run_free(nullptr);
  track_metric_free(nullptr);
  REQUIRE(c.start() == TRACK_OK);
  CHECK(track_run_set_param_text(c.run, nullptr, "x") == TRACK_USAGE);
  CHECK(track_run_set_param_text(c.run, "x", nullptr) == TRACK_USAGE);
  CHECK(track_run_log_artifact(c.run, nullptr, nullptr) == TRACK_USAGE);
  track_metric* metric = nullptr;
  CHECK(track_run_metric(c.run, "m", nullptr, 2, &metric) == TRACK_USAGE);
}

TEST_CASE("a caller of an older header gives fewer options", "[c]") {
  CRun c;
  track_run_options options{};
  options.size = offsetof(track_run_options, argc);
  options.store = c.path.c_str();
  options.strict = 77;  // beyond what it says it gave
  REQUIRE(track_run_start(&options, &c.run) == TRACK_OK);
  CHECK(track_run_set_param_int(c.run, "", 1) == TRACK_LOST);
}

TEST_CASE("freeing an open run finishes it", "[c]") {
  CRun c;
  REQUIRE(c.start() == TRACK_OK);
  const track::RunId id{track_run_id(c.run)};
  track_run_free(std::exchange(c.run, nullptr));
  CHECK(c.store.read(id).all<RunEndEntry>().at(0).state == track::RunState::finished);
}

TEST_CASE("the C interface says what becomes of points where there is no room", "[c]") {
  RunStore store;
  const auto path = store.root().string();
  track_run_options options{};
  options.size = sizeof options;
  options.store = path.c_str();
  options.journal_cap = 512UL << 10U;
  options.when_full = TRACK_WHEN_FULL_DECIMATE;
  track_run* run = nullptr;
  REQUIRE(track_run_start(&options, &run) == TRACK_OK);
  int refused = 0;
  for (int step = 0; step < 20'000; ++step)
    refused += track_run_log(run, "loss", step, 1.0) == TRACK_OK ? 0 : 1;
  const auto id = track::RunId{track_run_id(run)};
  track_run_free(run);
  CHECK(refused > 5'000);
  CHECK(store.read(id).points.at("loss").steps.back() > 19'900);
  options.when_full = static_cast<track_when_full>(3);
  run = nullptr;
  CHECK(track_run_start(&options, &run) == TRACK_USAGE);
  CHECK(run == nullptr);
}
