#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/diff.hpp"
#include "track/schemas/api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/store.hpp"

namespace track {

struct ReplayOptions {
  HardwareLevel same = HardwareLevel::machine_class;
  SoftwareLevel software = SoftwareLevel::closure;
  std::optional<Verdict> verdict;             ///< wanted; default: the lower cap of the two levels
  std::map<std::string, std::string> env;     ///< set, and recorded as a change
  std::vector<std::string> pass_env;          ///< taken from here
  std::map<std::string, std::string> supply;  ///< values of redacted variables
  bool allow_paths = false;  ///< run although absolute paths point into the recorded code root
  Tolerance tolerance;
  bool trust = false;   ///< run code from a store of another owner
  bool prefix = false;  ///< judge a killed original up to where it got
  bool dry_run = false;
  bool keep = false;  ///< leave the directory behind
  std::optional<double> timeout_s;
  std::filesystem::path directory;  ///< default: a fresh one in the temporary directory
  std::function<void(std::string_view)> output;  ///< gets what the program prints
};

/// Runs a recorded run again in a fresh directory and judges it. Refusals are part of the report,
/// found before anything is run.
[[nodiscard]] TRACK_API ReplayReport replay(Store& store, const RunId& run,
                                            const ReplayOptions& options = {});

/// The level that the present machine reaches against a run's record.
[[nodiscard]] TRACK_API LevelReport compare_levels(Store& store, const RunId& run);

}  // namespace track
