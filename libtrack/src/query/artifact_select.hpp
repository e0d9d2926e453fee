#pragma once

#include <string_view>
#include <vector>

#include "track/schemas/records.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::detail {

/// The artifact of `run` that `text` names: "name", "name@step=N", "name@last", "name@best:METRIC".
/// A bare name logged at several steps means the last. Error{not_found, usage}.
[[nodiscard]] ArtifactRecord select_artifact(const storage::Catalog& catalog, const RunId& run,
                                             std::string_view text);

}  // namespace track::detail
