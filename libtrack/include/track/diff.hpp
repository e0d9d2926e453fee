#pragma once

#include <string>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/store.hpp"

namespace track {

struct DiffOptions {
  std::vector<std::string> only;  ///< names of sections; empty: all. Error{usage} on an unknown one
};

/// What differs between two runs. Equal digests are never opened.
[[nodiscard]] TRACK_API DiffReport diff(Store& store, const RunId& left, const RunId& right,
                                        const DiffOptions& options = {});

/// A tolerance of the judge: |a − b| ≤ atol + rtol·|a|, a being the original.
struct Tolerance {
  double atol = 0;
  double rtol = 0;
};

struct JudgeOptions {
  Tolerance tolerance;
  /// Levels that were asked for; the claim is capped by the weaker of these and those achieved.
  HardwareLevel hardware = HardwareLevel::machine_class;
  SoftwareLevel software = SoftwareLevel::closure;
  bool prefix = false;  ///< accept the judgement of a killed original up to its last step
};

/// Judges whether `other` reproduced `original`: series, artifacts, params and end.
[[nodiscard]] TRACK_API JudgeReport judge(Store& store, const RunId& original, const RunId& other,
                                          const JudgeOptions& options = {});

}  // namespace track
