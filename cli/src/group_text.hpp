#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "render/terminal.hpp"
#include "track/store.hpp"

namespace track::cli {

/// A line a group, which must not be none: its params, its runs, and mean and deviation of the
/// metrics that `columns` name as "metric:NAME"; without columns, of all that are the model's.
void print_groups(const std::vector<RunGroup>& groups, const std::vector<std::string>& columns,
                  std::ostream& out, const Terminal& terminal);

}  // namespace track::cli
