#pragma once

#include <filesystem>

#include "capture/capture.hpp"

namespace track::detail {

/// The files that a command line runs.
struct ProgramFiles {
  std::filesystem::path path;         ///< what is exec'ed
  std::filesystem::path read;         ///< where its bytes are read: path, or /proc/self/exe
  std::filesystem::path interpreter;  ///< of a `#!` script; empty: none
  std::filesystem::path script;       ///< what an interpreter was told to run; empty: none
};

/// `./x.sh` with a `#!` line: path is x.sh, interpreter what that line names (behind `env`, what
/// env finds). `python3 x.py`: path is python3, script x.py.
[[nodiscard]] ProgramFiles find_program(const CaptureContext& context);

}  // namespace track::detail
