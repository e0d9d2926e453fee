#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/digest.hpp"
#include "track/schemas/records.hpp"

namespace track::storage {

/// The hash of an audit link: BLAKE3 in derive-key mode over previous, sequence, time, event and
/// payload, each after the other as docs/formats.md says.
[[nodiscard]] Digest audit_hash(const AuditRecord& record);

/// The link that follows `last`; the first where there is none.
[[nodiscard]] AuditRecord next_audit_link(const std::optional<AuditRecord>& last,
                                          std::string_view event, std::string payload,
                                          Timestamp time);

inline constexpr std::string_view k_audit_version = "version";
inline constexpr std::string_view k_audit_transition = "transition";

/// The canonical JSON of a version as it was made: without what a later revocation adds.
[[nodiscard]] std::string audit_payload(const ModelVersionRecord& version);
/// The canonical JSON of a transition. Whoever replays the log compares tables with these.
[[nodiscard]] std::string audit_payload(const TransitionRecord& transition);

}  // namespace track::storage
