#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/run_core.hpp"

namespace track::detail {

/// A program that is about to be started, described instead of this process.
struct ProgramToRun {
  std::vector<std::string> args;
  std::filesystem::path executable;
  std::filesystem::path working_directory;
  std::vector<std::string> environment;  ///< "NAME=value"
  /// What tells it from other programs that one job runs: its arguments, and what was said of it.
  std::vector<std::string> own_words;
};

struct StartRequest {
  RunOptions options;
  std::string source = "api";
  std::optional<RunId> replay_of;
  std::optional<ProgramToRun> program;  ///< unset: this process is the program
};

/// Settles whose run it is, finds or makes the store, opens the journal and starts capture.
/// Throws in strict mode only; else a run that nothing is kept of comes back.
[[nodiscard]] std::shared_ptr<RunCore> start(StartRequest request);

}  // namespace track::detail
