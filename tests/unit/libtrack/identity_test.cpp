#include "run/identity.hpp"

#include <catch2/catch.hpp>

using track::Join;
using track::RunId;
using track::detail::decide_identity;
using track::detail::JoinEnvironment;
using track::detail::JoinReason;

namespace {

constexpr pid_t k_self = 4242;
const char* const k_run = "0123456789abcdef";

JoinEnvironment below(const char* run) {
  JoinEnvironment environment;
  environment.run_id = run;
  return environment;
}

}  // namespace

TEST_CASE("without TRACK_RUN_ID a run is new and has no parent", "[run]") {
  JoinEnvironment environment;
  environment.track_rank = "3";
  const auto identity = decide_identity(environment, Join::declared, k_self, false);
  CHECK(identity.joins == JoinReason::none);
  CHECK_FALSE(identity.parent);
  CHECK(identity.id.value.size() == 16);
}

TEST_CASE("below TRACK_RUN_ID a start makes a child", "[run]") {
  const auto identity = decide_identity(below(k_run), Join::declared, k_self, false);
  CHECK(identity.joins == JoinReason::none);
  REQUIRE(identity.parent);
  CHECK(identity.parent->value == k_run);
  CHECK(identity.id.value != k_run);
}

TEST_CASE("a declared rank joins", "[run]") {
  auto environment = below(k_run);
  environment.rank = "5";
  auto identity = decide_identity(environment, Join::declared, k_self, false);
  CHECK(identity.joins == JoinReason::rank);
  CHECK(identity.id.value == k_run);
  CHECK(identity.rank == 5);
  CHECK_FALSE(identity.parent);
  environment.track_rank = "7";
  CHECK(decide_identity(environment, Join::declared, k_self, false).rank == 7);
  CHECK(decide_identity(environment, Join::never, k_self, false).joins == JoinReason::none);
  CHECK(decide_identity(environment, Join::never, k_self, false).parent);
}

TEST_CASE("SLURM's rank joins only where it was asked for", "[run]") {
  auto environment = below(k_run);
  environment.slurm_procid = "2";
  CHECK(decide_identity(environment, Join::declared, k_self, false).joins == JoinReason::none);
  const auto identity = decide_identity(environment, Join::automatic, k_self, false);
  CHECK(identity.joins == JoinReason::rank);
  CHECK(identity.rank == 2);
}

TEST_CASE("the process that track run started joins, once, and its children do not", "[run]") {
  auto environment = below(k_run);
  environment.run_pid = std::to_string(k_self);
  const auto identity = decide_identity(environment, Join::declared, k_self, false);
  CHECK(identity.joins == JoinReason::started);
  CHECK(identity.id.value == k_run);
  CHECK(decide_identity(environment, Join::declared, k_self, true).joins == JoinReason::none);
  CHECK(decide_identity(environment, Join::declared, k_self + 1, false).joins == JoinReason::none);
  CHECK(decide_identity(environment, Join::declared, k_self + 1, false).parent);
}

TEST_CASE("what the environment says wrongly is said and not followed", "[run]") {
  const auto garbage = decide_identity(below("not-a-run"), Join::declared, k_self, false);
  CHECK(garbage.joins == JoinReason::none);
  CHECK_FALSE(garbage.parent);
  CHECK(garbage.problem == "cannot join run 'not-a-run': TRACK_RUN_ID holds no run id");
  auto environment = below(k_run);
  environment.track_rank = "first";
  const auto identity = decide_identity(environment, Join::declared, k_self, false);
  CHECK(identity.joins == JoinReason::none);
  CHECK(identity.problem.find("TRACK_RANK is 'first'") != std::string::npos);
}

TEST_CASE("a declared rank labels its series, but for a world of one", "[run]") {
  auto environment = below(k_run);
  environment.rank = "5";
  const track::Labels five{{"rank", "5"}};
  CHECK(decide_identity(environment, Join::declared, k_self, false).labels == five);
  environment.world_size = "8";
  CHECK(decide_identity(environment, Join::declared, k_self, false).labels == five);
  environment.rank = "0";
  environment.world_size = "1";
  const auto alone = decide_identity(environment, Join::declared, k_self, false);
  CHECK(alone.joins == JoinReason::rank);
  CHECK(alone.labels.empty());
  // What joins as no rank has none, whatever the environment says.
  environment.world_size = "8";
  CHECK(decide_identity(environment, Join::never, k_self, false).labels.empty());
  environment.run_id.reset();
  CHECK(decide_identity(environment, Join::declared, k_self, false).labels.empty());
}

TEST_CASE("SLURM's rank is one of SLURM's tasks", "[run]") {
  auto environment = below(k_run);
  environment.slurm_procid = "0";
  environment.slurm_world_size = "1";
  environment.world_size = "8";
  CHECK(decide_identity(environment, Join::automatic, k_self, false).labels.empty());
  environment.slurm_world_size = "2";
  CHECK(decide_identity(environment, Join::automatic, k_self, false).labels ==
        track::Labels{{"rank", "0"}});
}
