#include "catalog/registry_plan.hpp"
#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/registry_reader.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"

namespace track::storage {
namespace {

void insert_version(const Connection& connection, const ModelVersionRecord& version) {
  const auto model =
      connection.prepare("INSERT OR IGNORE INTO model_rows (name, created) VALUES (?, ?)");
  model->bind(version.model, version.created.ms);
  model->run();
  const auto insert = connection.prepare(
      "INSERT INTO version_rows (model, version, digest, sha256, size, is_tree, run, artifact, "
      "step,"
      "   actor, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(version.model, version.version, blob_of(version.digest), version.sha256,
               version.size, version.is_tree, version.run.value, version.artifact, version.step,
               version.actor, version.created.ms);
  insert->run();
}

void move_alias(const Connection& connection, const AliasRecord& alias) {
  const auto insert = connection.prepare(
      "INSERT OR REPLACE INTO alias_rows (model, alias, version, sequence, since, actor)"
      " VALUES (?, ?, ?, ?, ?, ?)");
  insert->bind(alias.model, alias.alias, alias.version, alias.sequence, alias.since.ms,
               alias.actor);
  insert->run();
}

void insert_transition(const Connection& connection, const TransitionRecord& transition) {
  const auto key =
      transition.idempotency_key.empty() ? std::nullopt : std::optional(transition.idempotency_key);
  const auto insert = connection.prepare(
      "INSERT INTO transition_rows (sequence, alias_sequence, model, alias, from_version, "
      "to_version,"
      "   digest, action, actor, reason, policy, evidence, idempotency_key, detail, time)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(transition.sequence, transition.alias_sequence, transition.model, transition.alias,
               transition.from, transition.to, blob_of(transition.digest),
               to_string(transition.action), transition.actor, transition.reason,
               blob_of(transition.policy), blob_of(transition.evidence), key, transition.detail,
               transition.time.ms);
  insert->run();
}

void insert_revocation(const Connection& connection, const TransitionRecord& transition) {
  const auto insert = connection.prepare(
      "INSERT INTO revocation_rows (digest, reason, actor, time) VALUES (?, ?, ?, ?)");
  insert->bind(blob_of(transition.digest), transition.reason, transition.actor, transition.time.ms);
  insert->run();
}

void append_audit(const Connection& connection, const AuditRecord& link) {
  const auto insert = connection.prepare(
      "INSERT INTO audit_rows (sequence, time, event, payload, previous, hash) VALUES (?, ?, ?, ?, "
      "?, ?)");
  insert->bind(link.sequence, link.time.ms, link.event, link.payload, blob_of(link.previous),
               blob_of(link.hash));
  insert->run();
}

}  // namespace

RegistryResult SqliteCatalog::apply(const RegistryChange& change) {
  Transaction transaction(connection_, "change a model");
  const auto plan = plan_change(change, RegistryReader(connection_));
  if (plan.result.repeated) return plan.result;
  if (plan.version) insert_version(connection_, *plan.version);
  if (plan.alias) move_alias(connection_, *plan.alias);
  if (plan.revokes) insert_revocation(connection_, plan.result.transition);
  insert_transition(connection_, plan.result.transition);
  for (const auto& link : plan.audit) append_audit(connection_, link);
  transaction.commit();
  return plan.result;
}

std::vector<ModelRecord> SqliteCatalog::models() const {
  const auto rows = connection_.prepare(
      "SELECT name, created, (SELECT count(*) FROM version_rows WHERE model = name)"
      "  FROM model_rows ORDER BY name");
  std::vector<ModelRecord> models;
  while (rows->step()) models.push_back({rows->text(0), {rows->integer(1)}, rows->integer(2)});
  return models;
}

std::vector<ModelVersionRecord> SqliteCatalog::versions(std::string_view model) const {
  return RegistryReader(connection_).versions(model);
}

std::vector<AliasRecord> SqliteCatalog::aliases(std::string_view model) const {
  return RegistryReader(connection_).aliases(model);
}

std::vector<TransitionRecord> SqliteCatalog::transitions(std::string_view model) const {
  return RegistryReader(connection_).transitions(model);
}

std::optional<std::string> SqliteCatalog::revoked(const Digest& digest) const {
  return RegistryReader(connection_).revocation(digest);
}

std::vector<AuditRecord> SqliteCatalog::audit(std::int64_t after) const {
  return RegistryReader(connection_).audit(after);
}

}  // namespace track::storage
