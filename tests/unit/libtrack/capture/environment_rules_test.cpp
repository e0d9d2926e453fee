#include "capture/environment_rules.hpp"

#include <catch2/catch.hpp>

using namespace track::detail;  // NOLINT: a test file
using track::Section;

TEST_CASE("only listed variables are captured, and those of the store's settings", "[capture]") {
  StoreConfig config;
  for (const auto* name : {"LANG", "LC_ALL", "TZ", "OMP_NUM_THREADS", "MKL_CBWR", "LD_PRELOAD",
                           "PYTHONHASHSEED", "RANK", "WORLD_SIZE", "SLURM_JOB_ID"}) {
    INFO(name);
    CHECK(environment_allowed(name, config));
  }
  for (const auto* name : {"HOME", "PATH", "LANGUAGE", "RANKS", "AWS_SECRET_ACCESS_KEY", "", "TZX",
                           "TRACK_RUN_ID", "lang"}) {
    INFO(name);
    CHECK_FALSE(environment_allowed(name, config));
  }
  config.env_allow = {"MY_*", "EXACT", "TRACK_*"};
  CHECK(environment_allowed("MY_THING", config));
  CHECK(environment_allowed("EXACT", config));
  CHECK_FALSE(environment_allowed("EXACTLY", config));
  CHECK_FALSE(environment_allowed("TRACK_STORE", config));
}

TEST_CASE("a variable stands in the section that it decides", "[capture]") {
  CHECK(environment_section("LD_LIBRARY_PATH") == Section::software);
  CHECK(environment_section("OMP_NUM_THREADS") == Section::threads);
  CHECK(environment_section("OPENBLAS_NUM_THREADS") == Section::threads);
  CHECK(environment_section("CUBLAS_WORKSPACE_CONFIG") == Section::numerics);
  CHECK(environment_section("RANK") == Section::distributed);
  CHECK(environment_section("MASTER_ADDR") == Section::distributed);
  CHECK(environment_section("LANG") == Section::invocation);
  CHECK(environment_section("MY_OWN") == Section::invocation);
}
