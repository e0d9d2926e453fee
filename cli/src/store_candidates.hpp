#pragma once

#include <string_view>
#include <vector>

#include "completion.hpp"
#include "track/store.hpp"

namespace track::cli {

/// What `store` holds of the type that an argument takes; nothing for types it knows nothing of.
[[nodiscard]] std::vector<Candidate> list_candidates(Store& store, std::string_view type);

}  // namespace track::cli
