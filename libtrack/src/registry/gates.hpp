#pragma once

#include <filesystem>
#include <string_view>

#include "track/schemas/digest.hpp"
#include "track/schemas/registry_reports.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::detail {

/// What is proposed: a content for an alias.
struct Candidate {
  RunId run;
  std::string_view model;
  std::string_view alias;
  Digest digest;
};

/// Evaluates every gate of a policy, waivers applied. An empty path is no policy: passed, without
/// gates.
[[nodiscard]] PolicyReport evaluate_policy(const storage::Catalog& catalog,
                                           const std::filesystem::path& policy,
                                           const Candidate& candidate, Timestamp now);

}  // namespace track::detail
