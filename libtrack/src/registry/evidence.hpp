#pragma once

#include <optional>
#include <string>

#include "registry/gates.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/registry_reports.hpp"

namespace track::detail {

/// What a promotion rests on, as the canonical JSON that is kept as an object: candidate, alias,
/// present holder with its sequence, policy, gate results, when it was made and until when it
/// holds.
[[nodiscard]] std::string make_evidence(const Candidate& candidate,
                                        const std::optional<AliasRecord>& holder,
                                        const PolicyReport& policy, Timestamp now);

}  // namespace track::detail
