#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

/// What a change to the registry depends on, as it is within the transaction of the change.
class RegistryState {
 public:
  RegistryState(const RegistryState&) = delete;
  RegistryState& operator=(const RegistryState&) = delete;
  virtual ~RegistryState();

  [[nodiscard]] virtual std::optional<TransitionRecord> find_by_key(std::string_view key) const = 0;
  [[nodiscard]] virtual std::optional<AliasRecord> find_alias(std::string_view model,
                                                              std::string_view alias) const = 0;
  [[nodiscard]] virtual std::optional<ModelVersionRecord> find_version(
      std::string_view model, std::int64_t version) const = 0;
  [[nodiscard]] virtual std::optional<ModelVersionRecord> find_version_of(
      std::string_view model, const Digest& digest, const RunId& run) const = 0;
  /// The highest number of the model; 0 where it has none.
  [[nodiscard]] virtual std::int64_t last_version(std::string_view model) const = 0;
  /// Whether any version of any model has the digest.
  [[nodiscard]] virtual bool is_registered(const Digest& digest) const = 0;
  [[nodiscard]] virtual std::optional<std::string> revocation(const Digest& digest) const = 0;
  [[nodiscard]] virtual std::int64_t last_transition() const = 0;
  [[nodiscard]] virtual std::optional<AuditRecord> last_audit() const = 0;

 protected:
  RegistryState() = default;
};

/// The rows that a change comes to; all of them or none.
struct RegistryPlan {
  RegistryResult result;
  std::optional<ModelVersionRecord> version;  ///< to insert, with its model if that is new
  std::optional<AliasRecord> alias;           ///< to insert or to move
  bool revokes = false;                       ///< the transition's digest
  std::vector<AuditRecord> audit;  ///< to append; empty where the result is a repeated one
};

/// Throws Error{usage, not_found, conflict, refused} as Catalog::apply() does.
[[nodiscard]] RegistryPlan plan_change(const RegistryChange& change, const RegistryState& state);

}  // namespace track::storage
