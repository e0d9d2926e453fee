#pragma once

#include <string>
#include <utility>
#include <vector>

#include "track/schemas/json.hpp"

namespace track_test {

/// JSON forms of every record and report, by the name of their schema: each at least once with
/// all members there and once with as few as there can be.
[[nodiscard]] std::vector<std::pair<std::string, track::schemas::Json>> json_form_samples();

}  // namespace track_test
