#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "track/run_options.hpp"
#include "track/schemas/api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/value.hpp"

namespace track {

/// A program to run as a run.
struct CommandOptions {
  std::vector<std::string> argv;
  RunOptions run;
  std::vector<std::pair<std::string, Value>> params;
  std::vector<std::filesystem::path> param_files;  ///< JSON or TOML, flattened with dots
  bool argv_params = false;  ///< take --name value and --name=value from argv as params
  std::vector<std::pair<std::string, std::filesystem::path>> datasets;
  std::vector<std::filesystem::path> artifacts;  ///< logged after the program ended
  /// Linear-time patterns with named groups (?P<name>…) and optionally (?P<step>…), matched on each
  /// line of output.
  std::vector<std::string> scrape;
  /// Recorded with the run as a change of its environment.
  std::map<std::string, std::string> env;
};

struct CommandResult {
  RunId run;  ///< without a value where no store could be used, so that nothing is recorded
  int exit_code =
      0;  ///< the program's; 128 + signal; 125 own failure, 126 not executable, 127 not found
  int signal = 0;  ///< that ended it; 0: none
  bool timed_out = false;
};

/// Runs a program as a run: captures, tees its output, forwards signals, records its end.
///
/// A pty is made only if our own output is one. A broken store still runs the program.
/// Must be called from a process with no other threads.
[[nodiscard]] TRACK_API CommandResult run_command(const CommandOptions& options);

/// For children in any language: appends to the run that TRACK_RUN_ID names.
/// Errors: Error{usage} without TRACK_RUN_ID, Error{not_found} without its journal.
class TRACK_API AttachedRun {
 public:
  [[nodiscard]] static AttachedRun open(const std::filesystem::path& store = {});
  AttachedRun(AttachedRun&&) noexcept;
  AttachedRun& operator=(AttachedRun&&) noexcept;
  ~AttachedRun();

  [[nodiscard]] const RunId& id() const noexcept;
  /// Without a step: one more than the greatest that this command logged to the series, from 0.
  void log(std::string_view series, std::optional<std::int64_t> step, double value);
  void log_artifact(const std::filesystem::path& path, const ArtifactOptions& options = {});

 private:
  class Impl;
  explicit AttachedRun(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track
