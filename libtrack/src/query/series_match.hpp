#pragma once

#include <string_view>
#include <vector>

#include "track/ranks.hpp"
#include "track/schemas/records.hpp"

namespace track::detail {

/// The series that `text` names: by exact key where there is one, else all whose labels include
/// those given.
[[nodiscard]] std::vector<MetricRecord> match_series(const std::vector<MetricRecord>& metrics,
                                                     std::string_view text);
/// The same with ranks collapsed, where `text` names none.
[[nodiscard]] std::vector<RankedMetric> match_ranked(const std::vector<MetricRecord>& metrics,
                                                     std::string_view text);
/// Error{ambiguous} with the candidates where `matches` are several.
void require_one(const std::vector<RankedMetric>& matches, std::string_view text);
/// The only one of those. Error{not_found} with what there is, Error{ambiguous} with the
/// candidates.
[[nodiscard]] RankedMetric match_one(const std::vector<MetricRecord>& metrics,
                                     std::string_view text);

}  // namespace track::detail
