#include "catalog/sqlite/registry_reader.hpp"

#include "catalog/sqlite/columns.hpp"

#define TRACK_SELECT_VERSION                                                                     \
  "SELECT v.model, v.version, v.digest, v.sha256, v.size, v.is_tree, v.run, v.artifact, v.step," \
  "       v.actor, v.created, r.time, coalesce(r.reason, '')"                                    \
  "  FROM version_rows v LEFT JOIN revocation_rows r ON r.digest = v.digest "
#define TRACK_SELECT_ALIAS                                                     \
  "SELECT a.model, a.alias, a.version, v.digest, a.sequence, a.since, a.actor" \
  "  FROM alias_rows a JOIN version_rows v ON v.model = a.model AND v.version = a.version "
#define TRACK_SELECT_TRANSITION                                                              \
  "SELECT sequence, alias_sequence, model, alias, from_version, to_version, digest, action," \
  "       actor, reason, policy, evidence, idempotency_key, detail, time FROM transition_rows "
#define TRACK_SELECT_AUDIT "SELECT sequence, time, event, payload, previous, hash FROM audit_rows "

namespace track::storage {
namespace {

ModelVersionRecord read_version(const Statement& row) {
  ModelVersionRecord version;
  version.model = row.text(0);
  version.version = row.integer(1);
  version.digest = read_digest(row, 2).value_or(Digest{});
  version.sha256 = row.text(3);
  version.size = static_cast<std::uint64_t>(row.integer(4));
  version.is_tree = row.boolean(5);
  version.run.value = row.text(6);
  version.artifact = row.text(7);
  version.step = row.find_integer(8);
  version.actor = row.text(9);
  version.created = {row.integer(10)};
  if (const auto time = row.find_integer(11)) version.revoked = Timestamp{*time};
  version.revoke_reason = row.text(12);
  return version;
}

AliasRecord read_alias(const Statement& row) {
  return {.model = row.text(0),
          .alias = row.text(1),
          .version = row.integer(2),
          .digest = read_digest(row, 3).value_or(Digest{}),
          .sequence = row.integer(4),
          .since = {row.integer(5)},
          .actor = row.text(6)};
}

TransitionRecord read_transition(const Statement& row) {
  return {.sequence = row.integer(0),
          .alias_sequence = row.integer(1),
          .model = row.text(2),
          .alias = row.text(3),
          .from = row.find_integer(4),
          .to = row.find_integer(5),
          .digest = read_digest(row, 6),
          .action = parse_action(row.view(7)).value_or(Action::promote),
          .actor = row.text(8),
          .reason = row.text(9),
          .policy = read_digest(row, 10),
          .evidence = read_digest(row, 11),
          .idempotency_key = row.text(12),
          .detail = row.text(13),
          .time = {row.integer(14)}};
}

AuditRecord read_audit(const Statement& row) {
  return {.sequence = row.integer(0),
          .time = {row.integer(1)},
          .event = row.text(2),
          .payload = row.text(3),
          .previous = read_digest(row, 4).value_or(Digest{}),
          .hash = read_digest(row, 5).value_or(Digest{})};
}

template <typename Read, typename... Values>
auto find_row(const Connection& connection, const char* sql, Read read, const Values&... values)
    -> std::optional<decltype(read(std::declval<const Statement&>()))> {
  const auto row = connection.prepare(sql);
  row->bind(values...);
  if (!row->step()) return std::nullopt;
  return read(*row);
}

template <typename Read, typename... Values>
auto list_rows(const Connection& connection, const char* sql, Read read, const Values&... values) {
  const auto rows = connection.prepare(sql);
  rows->bind(values...);
  std::vector<decltype(read(*rows))> records;
  while (rows->step()) records.push_back(read(*rows));
  return records;
}

std::int64_t read_integer(const Statement& row) { return row.integer(0); }
std::string read_text(const Statement& row) { return row.text(0); }

}  // namespace

std::optional<TransitionRecord> RegistryReader::find_by_key(std::string_view key) const {
  return find_row(connection_, TRACK_SELECT_TRANSITION "WHERE idempotency_key = ?",
                  &read_transition, key);
}

std::optional<AliasRecord> RegistryReader::find_alias(std::string_view model,
                                                      std::string_view alias) const {
  return find_row(connection_, TRACK_SELECT_ALIAS "WHERE a.model = ? AND a.alias = ?", &read_alias,
                  model, alias);
}

std::optional<ModelVersionRecord> RegistryReader::find_version(std::string_view model,
                                                               std::int64_t version) const {
  return find_row(connection_, TRACK_SELECT_VERSION "WHERE v.model = ? AND v.version = ?",
                  &read_version, model, version);
}

std::optional<ModelVersionRecord> RegistryReader::find_version_of(std::string_view model,
                                                                  const Digest& digest,
                                                                  const RunId& run) const {
  return find_row(connection_,
                  TRACK_SELECT_VERSION "WHERE v.model = ? AND v.digest = ? AND v.run = ?",
                  &read_version, model, blob_of(digest), run.value);
}

std::int64_t RegistryReader::last_version(std::string_view model) const {
  return find_row(connection_, "SELECT coalesce(max(version), 0) FROM version_rows WHERE model = ?",
                  &read_integer, model)
      .value_or(0);
}

bool RegistryReader::is_registered(const Digest& digest) const {
  return find_row(connection_, "SELECT 1 FROM version_rows WHERE digest = ?", &read_integer,
                  blob_of(digest))
      .has_value();
}

std::optional<std::string> RegistryReader::revocation(const Digest& digest) const {
  return find_row(connection_, "SELECT reason FROM revocation_rows WHERE digest = ?", &read_text,
                  blob_of(digest));
}

std::int64_t RegistryReader::last_transition() const {
  return find_row(connection_, "SELECT coalesce(max(sequence), 0) FROM transition_rows",
                  &read_integer)
      .value_or(0);
}

std::optional<AuditRecord> RegistryReader::last_audit() const {
  return find_row(connection_, TRACK_SELECT_AUDIT "ORDER BY sequence DESC LIMIT 1", &read_audit);
}

std::vector<ModelVersionRecord> RegistryReader::versions(std::string_view model) const {
  return list_rows(connection_, TRACK_SELECT_VERSION "WHERE v.model = ? ORDER BY v.version",
                   &read_version, model);
}

std::vector<AliasRecord> RegistryReader::aliases(std::string_view model) const {
  return list_rows(connection_, TRACK_SELECT_ALIAS "WHERE a.model = ? ORDER BY a.alias",
                   &read_alias, model);
}

std::vector<TransitionRecord> RegistryReader::transitions(std::string_view model) const {
  return list_rows(connection_,
                   TRACK_SELECT_TRANSITION "WHERE ?1 = '' OR model = ?1 ORDER BY sequence",
                   &read_transition, model);
}

std::vector<AuditRecord> RegistryReader::audit(std::int64_t after) const {
  return list_rows(connection_, TRACK_SELECT_AUDIT "WHERE sequence > ? ORDER BY sequence",
                   &read_audit, after);
}

}  // namespace track::storage
