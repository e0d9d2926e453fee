#pragma once

#include <string_view>

#include "track/schemas/records.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// The artifact that a promotion means: `text`, or the run's only model artifact where it is empty.
/// Error{not_found, ambiguous}; Error{refused} where its bytes were not kept.
[[nodiscard]] ArtifactRecord find_candidate(const storage::Catalog& catalog, const RunId& run,
                                            std::string_view text);

/// The version of a selector. Error{not_found}.
[[nodiscard]] ModelVersionRecord find_version(const storage::Catalog& catalog,
                                              std::string_view selector);
[[nodiscard]] ModelVersionRecord get_version(const storage::Catalog& catalog,
                                             std::string_view model, std::int64_t version);
/// Nothing where the model has no such alias.
[[nodiscard]] std::optional<AliasRecord> find_alias(const storage::Catalog& catalog,
                                                    std::string_view model, std::string_view alias);

/// Error{refused} where the content was revoked.
void require_not_revoked(const storage::Catalog& catalog, const Digest& digest,
                         std::string_view action);
/// Reads every byte of it. Error{refused} where something is missing or damaged.
void require_bytes(const storage::ObjectStore& objects, const Digest& digest, bool is_tree,
                   std::string_view action);

}  // namespace track::detail
