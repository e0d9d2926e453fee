#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "render/colour.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/records.hpp"

namespace track::cli {

/// The first 8 characters, enough to name a run by.
[[nodiscard]] std::string short_id(const RunId& id);

/// "b3:" and 12 digits.
[[nodiscard]] std::string short_digest(const Digest& digest);

[[nodiscard]] Style style_of(RunState state);

/// "failed: exit code 3".
[[nodiscard]] std::string describe_state(const RunRecord& run);

/// How long the run took, or has run until `now`; nothing where its end is not known.
[[nodiscard]] std::optional<std::int64_t> duration_of(const RunRecord& run, Timestamp now);

/// Whether the name alone says which metric it is: it has no label but its rank.
[[nodiscard]] bool is_told_by_name(const SeriesKey& series);

/// Metrics of the machine and the clock rather than of the model.
[[nodiscard]] bool is_system_metric(const SeriesKey& series);

}  // namespace track::cli
