#pragma once

#include <string_view>
#include <vector>

#include "track/schemas/records.hpp"

namespace track::detail {

/// The series that `text` names: by exact key where there is one, else all whose labels include
/// those given.
[[nodiscard]] std::vector<MetricRecord> match_series(const std::vector<MetricRecord>& metrics,
                                                     std::string_view text);
/// The only one. Error{not_found} with what there is, Error{ambiguous} with the candidates.
[[nodiscard]] MetricRecord match_one_series(const std::vector<MetricRecord>& metrics,
                                            std::string_view text);

}  // namespace track::detail
