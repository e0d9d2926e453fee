#include <catch2/catch.hpp>
#include <filesystem>

#include "doctor_fixture.hpp"
#include "run_fixture.hpp"
#include "store/spool.hpp"
#include "track/config.hpp"

using namespace track_test;  // NOLINT: a test file

TEST_CASE("doctor names what waits in the spool, and how it gets out", "[doctor]") {
  RunStore store;
  {
    track::DoctorReport report;
    track::detail::check_spool(report);
    CHECK(line_of(report, "spool", "waiting").state == track::CheckState::ok);
  }
  auto options = store.options();
  options.store = store.path() / "absent" / ".track";
  (void)track::start_run(options).finish();
  track::DoctorReport report;
  track::detail::check_spool(report);
  const auto line = line_of(report, "spool", "waiting");
  CHECK(line.state == track::CheckState::warning);
  CHECK(says(line, "1 run waits in"));
  CHECK(says(line, options.store.string()));
  CHECK(line.advice == "track ingest --store " + options.store.string());
}

TEST_CASE("doctor says where a spool may not be trusted", "[doctor]") {
  const RunStore store;
  std::filesystem::create_directories(track::detail::spool_root());
  std::filesystem::permissions(track::detail::spool_root(), std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  track::DoctorReport report;
  track::detail::check_spool(report);
  CHECK(says(line_of(report, "spool", "usable"), "others may write to it"));
}

TEST_CASE("doctor says of a store that its ingest is deferred, and what its inbox holds",
          "[doctor]") {
  RunStore store;
  {
    track::DoctorReport report;
    track::detail::check_store(report, store.root());
    CHECK_FALSE(has_line(report, "ingest mode"));
    CHECK_FALSE(has_line(report, "inbox"));
  }
  track::set_config(store.root(), "ingest.mode", "deferred");
  (void)track::start_run(store.options()).finish();
  std::filesystem::create_directory(store.root() / "inbox" / "nonsense");
  track::DoctorReport report;
  track::detail::check_store(report, store.root());
  CHECK(says(line_of(report, "store", "ingest mode"), "reads 1 journals"));
  CHECK(says(line_of(report, "store", "inbox"), "1 entries"));
}
