#pragma once

#include <vector>

#include "catalog/registry_plan.hpp"
#include "catalog/sqlite/connection.hpp"

namespace track::storage {

/// Reads the registry's tables.
class RegistryReader final : public RegistryState {
 public:
  explicit RegistryReader(const Connection& connection) noexcept : connection_(connection) {}

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

  [[nodiscard]] std::vector<ModelVersionRecord> versions(std::string_view model) const;
  [[nodiscard]] std::vector<AliasRecord> aliases(std::string_view model) const;
  /// Of all models where `model` is empty.
  [[nodiscard]] std::vector<TransitionRecord> transitions(std::string_view model) const;
  [[nodiscard]] std::vector<AuditRecord> audit(std::int64_t after) const;

 private:
  const Connection& connection_;
};

}  // namespace track::storage
