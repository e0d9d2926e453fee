#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/dataset_watch.hpp"
#include "track/command.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/records.hpp"

namespace track::detail {

/// How a replay runs a program otherwise than `track run` does.
struct ExecuteOptions {
  std::optional<RunId> replay_of;  ///< recorded
  std::filesystem::path
      executable;  ///< is run, while argv[0] stays as given; empty: argv[0], by PATH
  std::filesystem::path working_directory;  ///< empty: here
  /// "NAME=value": the program's whole environment, but for what tells it of its run; unset: ours.
  std::optional<std::vector<std::string>> environment;
  /// Gets the output in place of our standard output and error; standard input is then empty.
  std::function<void(std::string_view)> output;
  /// What is known of the run besides what is captured, and stands in its place where both are.
  std::vector<CapturedField> fields;
  /// Asked once the program has ended: inputs of the run that it did not record itself, each with
  /// what has watched it since before the program began.
  std::function<std::vector<std::pair<DatasetRecord, DatasetWatch>>(const RunId&)> inputs;
  std::optional<double> timeout_s;  ///< SIGTERM then, and SIGKILL 5 s later
};

/// Runs a program as a run that this process owns.
///
/// A store that cannot be used is warned of once, and the program runs all the same. Throws
/// Error{usage} on wrong options, before anything is recorded or run.
[[nodiscard]] CommandResult execute_command(const CommandOptions& options,
                                            const ExecuteOptions& execute);

}  // namespace track::detail
