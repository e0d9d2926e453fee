#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "track/schemas/records.hpp"

namespace track::detail {

/// The version to go back to from `holder`: what the last promote to it replaced, then what the
/// promote to that one replaced, past those that `usable` refuses. Nothing where history ends.
[[nodiscard]] std::optional<std::int64_t> rollback_target(
    const std::vector<TransitionRecord>& transitions, std::string_view alias, std::int64_t holder,
    const std::function<bool(std::int64_t)>& usable);

}  // namespace track::detail
