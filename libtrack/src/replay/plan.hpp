#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "track/replay.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/store.hpp"

namespace track::detail {

/// An input that the snapshot does not hold, and where it has to lie.
struct InputLink {
  std::string name;
  std::filesystem::path source;    ///< verified; empty: its bytes come from the store
  std::filesystem::path relative;  ///< from the fresh code root
  DatasetRecord record;
};

/// An input that was verified, or comes with the code, and where the program finds it: absolute, or
/// from the fresh code root.
struct VerifiedInput {
  DatasetRecord record;
  std::filesystem::path path;
};

/// All that is settled before anything is run.
struct ReplayPlan {
  RunDetails original;
  std::vector<std::string> argv;
  std::filesystem::path code_root;          ///< recorded; empty where there is none
  std::filesystem::path working_directory;  ///< recorded, absolute
  std::filesystem::path executable;         ///< to run in place; empty: from the store
  Digest program;                           ///< its digest
  std::filesystem::path
      program_relative;  ///< where a stored program is written below the code root
  std::vector<InputLink> inputs;
  std::vector<VerifiedInput> verified;
  std::set<std::string> left_out;  ///< paths of the snapshot that the run made itself
  std::map<std::string, std::string> environment;
  LevelReport levels;
  Verdict wanted = Verdict::bit_exact;
  std::vector<std::string> refusals;  ///< each names a field and what to do
  std::vector<std::string> changes;
};

/// Checks everything that can be checked without running. What stands in the way is listed in
/// `refusals`, all of it and not only the first. Throws Error where the store cannot be read.
[[nodiscard]] ReplayPlan make_plan(Store& store, const RunId& run, const ReplayOptions& options);

/// For people: what is run, where, with what.
[[nodiscard]] std::vector<std::string> describe_plan(const ReplayPlan& plan);

}  // namespace track::detail
