#include "registry/candidate.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "query/artifact_select.hpp"
#include "registry/names.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// The name of the only model artifact; several steps of one name are one artifact.
std::string only_model(const storage::Catalog& catalog, const RunId& run) {
  const std::array runs = {run};
  std::set<std::string> names;
  for (const auto& artifact : catalog.artifacts(runs)) {
    if (artifact.kind == ArtifactKind::model) names.insert(artifact.name);
  }
  if (names.empty()) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("cannot choose the model of run '{}': it logged no artifact of kind model",
                    run.value),
        "name one of its artifacts with --artifact; list them with track files");
  }
  if (names.size() == 1) return *names.begin();
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  throw Error(
      ErrorCode::ambiguous,
      fmt::format("cannot choose the model of run '{}': it logged several: {}", run.value, list),
      "name one with --artifact");
}

void read_through(const storage::ObjectStore& objects, const Digest& digest, bool is_tree) {
  if (!is_tree) {
    objects.read(digest, [](std::span<const std::byte>) {});
    return;
  }
  for (const auto& entry : objects.read_tree(digest).entries) {
    if (entry.type == storage::EntryType::symlink) continue;
    read_through(objects, entry.digest, entry.type == storage::EntryType::directory);
  }
}

}  // namespace

ArtifactRecord find_candidate(const storage::Catalog& catalog, const RunId& run,
                              std::string_view text) {
  auto artifact =
      select_artifact(catalog, run, text.empty() ? only_model(catalog, run) : std::string(text));
  if (!artifact.digest || artifact.state != ArtifactState::stored) {
    throw Error(
        ErrorCode::refused,
        fmt::format("cannot use artifact '{}' as a model: its bytes were not kept", artifact.name),
        "log it with its bytes, and take that run");
  }
  return artifact;
}

ModelVersionRecord get_version(const storage::Catalog& catalog, std::string_view model,
                               std::int64_t version) {
  const auto versions = catalog.versions(model);
  for (const auto& record : versions) {
    if (record.version == version) return record;
  }
  const auto cause = versions.empty() ? "there is no such model" : "there is no such version";
  throw Error(ErrorCode::not_found,
              fmt::format("cannot find model version '{}/{}': {}", model, version, cause),
              "list models with track models");
}

std::optional<AliasRecord> find_alias(const storage::Catalog& catalog, std::string_view model,
                                      std::string_view alias) {
  for (auto& record : catalog.aliases(model)) {
    if (record.alias == alias) return std::move(record);
  }
  return std::nullopt;
}

ModelVersionRecord find_version(const storage::Catalog& catalog, std::string_view text) {
  const auto selector = parse_version_selector(text);
  if (selector.version) return get_version(catalog, selector.model, *selector.version);
  const auto alias = find_alias(catalog, selector.model, selector.alias);
  if (!alias) {
    const bool known = !catalog.versions(selector.model).empty();
    throw Error(ErrorCode::not_found,
                fmt::format("cannot find model version '{}': there is no such {}", text,
                            known ? "alias" : "model"),
                "list models with track models");
  }
  return get_version(catalog, selector.model, alias->version);
}

void require_not_revoked(const storage::Catalog& catalog, const Digest& digest,
                         std::string_view action) {
  if (const auto reason = catalog.revoked(digest)) {
    throw Error(ErrorCode::refused, fmt::format("cannot {}: its content {} is revoked: {}", action,
                                                digest.to_string(), *reason));
  }
}

void require_bytes(const storage::ObjectStore& objects, const Digest& digest, bool is_tree,
                   std::string_view action) {
  try {
    read_through(objects, digest, is_tree);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::corrupt) throw;
    throw Error(
        ErrorCode::refused,
        fmt::format("cannot {}: its bytes are missing or damaged: {}", action, error.what()),
        "track verify --data says what else is hurt");
  }
}

}  // namespace track::detail
