#include <fmt/format.h>

#include "doctor/checks.hpp"
#include "store/spool.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

DoctorCheck describe(const Spool& spool) {
  return {.area = "spool",
          .name = "waiting",
          .state = CheckState::warning,
          .finding = fmt::format("{} {} in '{}' for store '{}'", spool.runs,
                                 spool.runs == 1 ? "run waits" : "runs wait", spool.root.string(),
                                 spool.store.string()),
          .advice = fmt::format("track ingest --store {}", shell_word(spool.store))};
}

}  // namespace

void check_spool(DoctorReport& report) {
  try {
    const auto spools = list_spools();
    for (const auto& spool : spools) report.checks.push_back(describe(spool));
    if (spools.empty()) {
      report.checks.push_back(
          {.area = "spool",
           .name = "waiting",
           .state = CheckState::ok,
           .finding = fmt::format("nothing waits in '{}'", spool_root().string()),
           .advice = {}});
    }
  } catch (const Error& error) {
    report.checks.push_back({.area = "spool",
                             .name = "usable",
                             .state = CheckState::warning,
                             .finding = error.what(),
                             .advice = error.hint()});
  }
}

}  // namespace track::detail
