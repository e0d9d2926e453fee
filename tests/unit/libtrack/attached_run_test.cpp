#include <catch2/catch.hpp>

#include <fstream>

#include "run_fixture.hpp"
#include "track/command.hpp"

using namespace track::schemas;
using track::AttachedRun;
using track_test::in_child;
using track_test::RunStore;

TEST_CASE("children in any language log by TRACK_RUN_ID", "[command]") {
  RunStore store;
  auto owner = start_idle(store);
  ::setenv("TRACK_RUN_ID", owner.id().value.c_str(), 1);
  std::ofstream(store.path() / "note.txt") << "hello";
  for (int i = 0; i < 3; ++i) {
    const int status = in_child([&] {
      auto run = AttachedRun::open(store.root());
      if (run.id() != owner.id()) ::_exit(1);
      run.log("loss{split=val}", std::nullopt, i);
      run.log("acc", 10 * i, 0.5);
      if (i == 0) run.log_artifact(store.path() / "note.txt");
    });
    CHECK(status == 0);
  }
  const auto journal = store.read(owner.id());
  CHECK(journal.points.at("loss{split=val}").steps == std::vector<std::int64_t>{0, 1, 2});
  CHECK(journal.points.at("acc").steps == std::vector<std::int64_t>{0, 10, 20});
  REQUIRE(journal.all<ArtifactEntry>().size() == 1);
  CHECK(journal.all<ArtifactEntry>()[0].record.name == "note.txt");
  CHECK(journal.all<MemberStartEntry>().size() == 1);
}

TEST_CASE("logging without a run, or to one that is not there, says so", "[command]") {
  RunStore store;
  const auto code = [&] {
    try {
      (void)AttachedRun::open(store.root());
    } catch (const track::Error& error) {
      return error.code();
    }
    return track::ErrorCode::inconclusive;
  };
  CHECK(code() == track::ErrorCode::usage);
  ::setenv("TRACK_RUN_ID", "garbage", 1);
  CHECK(code() == track::ErrorCode::usage);
  ::setenv("TRACK_RUN_ID", track::RunId::random().value.c_str(), 1);
  CHECK(code() == track::ErrorCode::not_found);
}

TEST_CASE("what cannot be logged is an error for the command that tries", "[command]") {
  RunStore store;
  auto owner = track::start_run(store.options());
  ::setenv("TRACK_RUN_ID", owner.id().value.c_str(), 1);
  auto run = AttachedRun::open(store.root());
  CHECK_THROWS_AS(run.log("", 0, 1.0), track::Error);
  CHECK_THROWS_AS(run.log_artifact(store.path() / "absent"), track::Error);
  CHECK_THROWS_AS(run.log_artifact(store.root() / "config.toml", {"../x"}), track::Error);
}

TEST_CASE("a child of a rank logs as that rank, and counts its own steps", "[command]") {
  RunStore store;
  auto owner = start_idle(store);
  ::setenv("TRACK_RUN_ID", owner.id().value.c_str(), 1);
  for (const char* rank : {"1", "2", "1"}) {
    ::setenv("TRACK_RANK", rank, 1);
    CHECK(in_child([&] { AttachedRun::open(store.root()).log("loss", std::nullopt, 1); }) == 0);
  }
  const auto journal = store.read(owner.id());
  CHECK(journal.points.at("loss{rank=1}").steps == std::vector<std::int64_t>{0, 1});
  CHECK(journal.points.at("loss{rank=2}").steps == std::vector<std::int64_t>{0});
}
