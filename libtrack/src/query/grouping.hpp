#pragma once

#include <string>
#include <vector>

#include "track/store.hpp"

namespace track::detail {

/// Groups runs by equal values of `params`, in order of first appearance.
[[nodiscard]] std::vector<RunGroup> group_rows(const std::vector<RunRow>& rows,
                                               const std::vector<std::string>& params);

}  // namespace track::detail
