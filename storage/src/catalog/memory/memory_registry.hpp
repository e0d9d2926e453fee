#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catalog/registry_plan.hpp"

namespace track::storage {

/// The registry's rows, in memory.
class MemoryRegistry final : public RegistryState {
 public:
  MemoryRegistry() = default;

  RegistryResult apply(const RegistryChange& change);
  [[nodiscard]] std::vector<ModelRecord> models() const;
  [[nodiscard]] std::vector<ModelVersionRecord> versions(std::string_view model) const;
  [[nodiscard]] std::vector<AliasRecord> aliases(std::string_view model) const;
  [[nodiscard]] std::vector<TransitionRecord> transitions(std::string_view model) const;
  [[nodiscard]] std::vector<AuditRecord> audit(std::int64_t after) const;
  [[nodiscard]] const std::vector<ModelVersionRecord>& all_versions() const { return versions_; }

  [[nodiscard]] std::optional<TransitionRecord> find_by_key(std::string_view key) const override;
  [[nodiscard]] std::optional<AliasRecord> find_alias(std::string_view model,
                                                      std::string_view alias) const override;
  [[nodiscard]] std::optional<ModelVersionRecord> find_version(std::string_view model,
                                                               std::int64_t version) const override;
  [[nodiscard]] std::optional<ModelVersionRecord> find_version_of(std::string_view model,
                                                                  const Digest& digest,
                                                                  const RunId& run) const override;
  [[nodiscard]] std::int64_t last_version(std::string_view model) const override;
  [[nodiscard]] bool is_registered(const Digest& digest) const override;
  [[nodiscard]] std::optional<std::string> revocation(const Digest& digest) const override;
  [[nodiscard]] std::int64_t last_transition() const override;
  [[nodiscard]] std::optional<AuditRecord> last_audit() const override;

 private:
  std::map<std::string, Timestamp> models_;
  std::vector<ModelVersionRecord> versions_;  ///< in the order made
  std::map<std::pair<std::string, std::string>, AliasRecord> aliases_;
  std::map<Digest, std::string> revoked_;
  std::vector<TransitionRecord> transitions_;
  std::vector<AuditRecord> audit_;
};

}  // namespace track::storage
