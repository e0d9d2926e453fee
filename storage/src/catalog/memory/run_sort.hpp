#pragma once

#include <string_view>
#include <vector>

#include "catalog/memory/memory_run.hpp"

namespace track::storage {

struct SortedRun {
  const MemoryRun* run;
  RunRecord record;
};

/// Sorts as RunQuery::sort says: what is missing last, then the newest first.
/// Throws Error{usage} on an unknown column, Error{ambiguous} on a metric with several series.
void sort_runs(std::vector<SortedRun>& runs, std::string_view sort);

}  // namespace track::storage
