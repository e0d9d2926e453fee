#pragma once

#include <vector>

#include "track/schemas/records.hpp"
#include "track/schemas/registry_reports.hpp"

namespace track::detail {

/// The registry's tables as they stand.
struct RegistryTables {
  std::vector<ModelVersionRecord> versions;
  std::vector<TransitionRecord> transitions;
  std::vector<AliasRecord> aliases;
};

/// Follows the chain of hashes, then replays what it says and compares the tables with it.
[[nodiscard]] std::vector<AuditFinding> replay_audit(const std::vector<AuditRecord>& links,
                                                     const RegistryTables& tables);

}  // namespace track::detail
