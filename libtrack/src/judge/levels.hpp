#pragma once

#include <vector>

#include "track/schemas/field.hpp"
#include "track/schemas/judge_reports.hpp"

namespace track::detail {

/// The levels that two captures agree on. A level holds only if every field of it and of all
/// weaker ones is known and equal on both sides; what breaks one is listed.
[[nodiscard]] LevelReport reach_levels(const std::vector<CapturedField>& recorded,
                                       const std::vector<CapturedField>& present);

/// The highest claim that a pair of levels allows.
[[nodiscard]] Verdict claim_cap(HardwareLevel hardware, SoftwareLevel software) noexcept;

/// The weaker of a verdict and a cap, where the verdict is one that passes.
[[nodiscard]] Verdict cap_verdict(Verdict observed, Verdict cap) noexcept;

}  // namespace track::detail
