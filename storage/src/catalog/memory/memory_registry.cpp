#include "catalog/memory/memory_registry.hpp"

#include <algorithm>

namespace track::storage {
namespace {

template <typename Records, typename Predicate>
auto find_in(const Records& records, Predicate predicate)
    -> std::optional<typename Records::value_type> {
  const auto found = std::find_if(records.begin(), records.end(), predicate);
  return found != records.end() ? std::optional(*found) : std::nullopt;
}

}  // namespace

RegistryResult MemoryRegistry::apply(const RegistryChange& change) {
  const auto plan = plan_change(change, *this);
  if (plan.result.repeated) return plan.result;
  const auto& transition = plan.result.transition;
  if (plan.version) {
    models_.try_emplace(plan.version->model, plan.version->created);
    versions_.push_back(*plan.version);
  }
  if (plan.alias) aliases_.insert_or_assign({plan.alias->model, plan.alias->alias}, *plan.alias);
  if (plan.revokes) {
    revoked_.emplace(*transition.digest, transition.reason);
    for (auto& version : versions_) {
      if (version.digest != *transition.digest) continue;
      version.revoked = transition.time;
      version.revoke_reason = transition.reason;
    }
  }
  transitions_.push_back(transition);
  audit_.insert(audit_.end(), plan.audit.begin(), plan.audit.end());
  return plan.result;
}

std::vector<ModelRecord> MemoryRegistry::models() const {
  std::vector<ModelRecord> models;
  for (const auto& [name, created] : models_) {
    models.push_back({name, created, static_cast<std::int64_t>(versions(name).size())});
  }
  return models;
}

std::vector<ModelVersionRecord> MemoryRegistry::versions(std::string_view model) const {
  std::vector<ModelVersionRecord> found;
  std::copy_if(versions_.begin(), versions_.end(), std::back_inserter(found),
               [&](const auto& version) { return version.model == model; });
  return found;
}

std::vector<AliasRecord> MemoryRegistry::aliases(std::string_view model) const {
  std::vector<AliasRecord> found;
  for (const auto& [key, alias] : aliases_) {
    if (alias.model == model) found.push_back(alias);
  }
  return found;
}

std::vector<TransitionRecord> MemoryRegistry::transitions(std::string_view model) const {
  std::vector<TransitionRecord> found;
  std::copy_if(transitions_.begin(), transitions_.end(), std::back_inserter(found),
               [&](const auto& transition) { return model.empty() || transition.model == model; });
  return found;
}

std::vector<AuditRecord> MemoryRegistry::audit(std::int64_t after) const {
  std::vector<AuditRecord> found;
  std::copy_if(audit_.begin(), audit_.end(), std::back_inserter(found),
               [&](const auto& link) { return link.sequence > after; });
  return found;
}

std::optional<TransitionRecord> MemoryRegistry::find_by_key(std::string_view key) const {
  return find_in(transitions_, [&](const auto& known) { return known.idempotency_key == key; });
}

std::optional<AliasRecord> MemoryRegistry::find_alias(std::string_view model,
                                                      std::string_view alias) const {
  const auto found = aliases_.find({std::string(model), std::string(alias)});
  return found != aliases_.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<ModelVersionRecord> MemoryRegistry::find_version(std::string_view model,
                                                               std::int64_t version) const {
  return find_in(versions_, [&](const auto& known) {
    return known.model == model && known.version == version;
  });
}

std::optional<ModelVersionRecord> MemoryRegistry::find_version_of(std::string_view model,
                                                                  const Digest& digest,
                                                                  const RunId& run) const {
  return find_in(versions_, [&](const auto& known) {
    return known.model == model && known.digest == digest && known.run == run;
  });
}

std::int64_t MemoryRegistry::last_version(std::string_view model) const {
  return static_cast<std::int64_t>(versions(model).size());
}

bool MemoryRegistry::is_registered(const Digest& digest) const {
  return std::any_of(versions_.begin(), versions_.end(),
                     [&](const auto& known) { return known.digest == digest; });
}

std::optional<std::string> MemoryRegistry::revocation(const Digest& digest) const {
  const auto found = revoked_.find(digest);
  return found != revoked_.end() ? std::optional(found->second) : std::nullopt;
}

std::int64_t MemoryRegistry::last_transition() const {
  return static_cast<std::int64_t>(transitions_.size());
}

std::optional<AuditRecord> MemoryRegistry::last_audit() const {
  return audit_.empty() ? std::nullopt : std::optional(audit_.back());
}

}  // namespace track::storage
