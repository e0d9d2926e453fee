#pragma once

#include <string>
#include <vector>

#include "track/schemas/judge_reports.hpp"
#include "track/store.hpp"

namespace track::detail {

/// What differs between two records, in the order in which causes are looked for.
struct Differences {
  std::vector<Suspect> suspects;
  std::vector<std::string> unknown;  ///< "section.field" that could not be compared
};

/// params, code, program, inputs, seeds, invocation, software, numerics, threads, distributed,
/// hardware; what is diagnostic, personal or a mere resource is no suspect.
[[nodiscard]] Differences find_differences(const RunDetails& original, const RunDetails& other);

/// Variables that are not captured and that one side alone had set. Between a run and its replay
/// there are many, and few matter: they are named where nothing else explains a divergence.
[[nodiscard]] std::vector<Suspect> find_uncaptured_variables(const RunDetails& original,
                                                             const RunDetails& other);

}  // namespace track::detail
