#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/digest.hpp"

// What care of a store reports.

namespace track {

/// What ingesting did.
struct IngestReport {
  std::uint64_t runs = 0;
  std::uint64_t segments = 0;
  std::uint64_t entries = 0;
  std::uint64_t points = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t invalid_records = 0;
  std::vector<std::string> problems;  ///< what could not be understood, a sentence each
  std::uint64_t packs = 0;            ///< of objects, copied from an inbox or a spool
  /// Runs that are still being written in an inbox or a spool, and stay there until they ended, a
  /// sentence each.
  std::vector<std::string> waiting;
};

struct VerifyFinding {
  std::string path;                ///< pack or file
  std::string problem;             ///< a sentence
  std::vector<Digest> objects;     ///< files and trees that need it
  std::vector<std::string> hurts;  ///< runs and models that name those, "run <id> artifact model"
};

struct VerifyReport {
  std::uint64_t packs = 0;
  std::uint64_t chunks = 0;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  bool complete = true;  ///< false: a limit on time ended it
  std::vector<VerifyFinding> findings;
};

struct GcObject {
  Digest digest;
  std::uint64_t bytes = 0;
  std::string decision;  ///< "keep", "condemn", "sweep"
  std::string reason;
  std::vector<std::string> owners;
};

struct GcReport {
  std::uint64_t kept = 0;
  std::uint64_t condemned = 0;
  std::uint64_t swept = 0;
  std::uint64_t freed_bytes = 0;
  std::uint64_t purged_runs = 0;
  bool dry_run = false;
  std::vector<GcObject> objects;  ///< with dry_run
};

struct ObjectUsage {
  std::uint64_t packs = 0;
  std::uint64_t chunks = 0;
  std::uint64_t objects = 0;
  std::uint64_t logical_bytes = 0;  ///< plain size of all objects
  std::uint64_t stored_bytes = 0;   ///< on disk
};

/// Bytes that one run names.
struct RunUsage {
  std::string run;
  std::string name;
  std::uint64_t logical_bytes = 0;
  std::uint64_t unique_bytes = 0;  ///< named by no other run
};

struct UsageReport {
  ObjectUsage objects;
  std::uint64_t catalog_bytes = 0;
  std::uint64_t journal_bytes = 0;
  std::vector<RunUsage> runs;  ///< largest first
};

enum class CheckState : std::uint8_t { ok, warning, failure };

/// One line of `doctor`.
struct DoctorCheck {
  std::string area;  ///< "store", "file system", "git", "cpu", "gpu", …
  std::string name;
  CheckState state = CheckState::ok;
  std::string finding;  ///< what is, and what capture would miss
  std::string advice;   ///< what to do; empty when there is nothing
};

struct DoctorReport {
  std::vector<DoctorCheck> checks;
};

[[nodiscard]] TRACK_API std::string_view to_string(CheckState state) noexcept;

}  // namespace track
