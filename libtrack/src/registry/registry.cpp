#include "track/registry.hpp"

#include <fmt/format.h>

#include "query/store_impl.hpp"
#include "registry/candidate.hpp"
#include "registry/names.hpp"
#include "registry/policy.hpp"
#include "registry/waiver.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track {
namespace {

constexpr int k_max_waiver_days = 30;
constexpr std::int64_t k_day_ms = 86'400'000;

/// What a word that is not about one alias's move acts on.
struct Subject {
  std::string model;
  std::optional<std::int64_t> version;
  Digest digest;
};

/// "MODEL/VERSION", "MODEL@ALIAS" or a digest that some version has.
Subject find_subject(const storage::Catalog& catalog, std::string_view what) {
  const auto digest = Digest::parse(what);
  if (!digest) {
    const auto version = detail::find_version(catalog, what);
    return {.model = version.model, .version = version.version, .digest = version.digest};
  }
  for (const auto& model : catalog.models()) {
    for (const auto& version : catalog.versions(model.name)) {
      if (version.digest == *digest)
        return {.model = model.name, .version = version.version, .digest = *digest};
    }
  }
  throw Error(ErrorCode::not_found,
              fmt::format("cannot find model version '{}': no model has this content", what),
              "list models with track models");
}

storage::RegistryChange make_change(Action action, const Subject& subject, std::string_view reason,
                                    std::string_view actor) {
  storage::RegistryChange change;
  change.action = action;
  change.model = subject.model;
  change.to_version = subject.version;
  change.digest = subject.digest;
  change.actor = detail::actor_or_default(actor);
  change.reason =
      detail::kept_reason(reason, fmt::format("{} '{}'", to_string(action), subject.model));
  change.time = Clock::system().now();
  return change;
}

/// Checks all of a waiver but its content; gives the digest of the policy whose gate it is.
Digest check_waiver(const WaiveOptions& options) {
  detail::check_registry_name("the name of an alias", options.alias);
  if (options.days < 1 || options.days > k_max_waiver_days) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot waive gate '{}' for {} days: a waiver lasts 1 to {} days",
                            options.gate, options.days, k_max_waiver_days));
  }
  const auto policy = detail::read_policy(options.policy);
  for (const auto& each : policy.gates) {
    if (each.name == options.gate) return policy.digest;
  }
  throw Error(ErrorCode::not_found,
              fmt::format("cannot waive gate '{}': policy '{}' has no such gate", options.gate,
                          options.policy.string()));
}

TransitionRecord set_aside(const Subject& subject, const WaiveOptions& options,
                           const Digest& policy, storage::Catalog& catalog) {
  detail::require_not_revoked(catalog, subject.digest,
                              fmt::format("waive gate '{}'", options.gate));
  auto change = make_change(Action::waive, subject, options.reason, options.actor);
  change.alias = options.alias;
  change.policy = policy;
  change.detail = detail::write_waiver(
      {.gate = options.gate, .expires = Timestamp{change.time.ms + options.days * k_day_ms}});
  return catalog.apply(change).transition;
}

}  // namespace

TransitionRecord Registry::revoke(std::string_view what, std::string_view reason,
                                  std::string_view actor) {
  auto& catalog = store_->impl().for_change();
  return catalog.apply(make_change(Action::revoke, find_subject(catalog, what), reason, actor))
      .transition;
}

TransitionRecord Registry::approve(std::string_view what, std::string_view alias,
                                   std::string_view reason, std::string_view actor) {
  detail::check_registry_name("the name of an alias", alias);
  auto& catalog = store_->impl().for_change();
  const auto subject = find_subject(catalog, what);
  detail::require_not_revoked(catalog, subject.digest, fmt::format("approve '{}'", what));
  auto change = make_change(Action::approve, subject, reason, actor);
  change.alias = alias;
  return catalog.apply(change).transition;
}

TransitionRecord Registry::waive(const RunId& run, const WaiveOptions& options) {
  detail::check_registry_name("the name of a model", options.model);
  const auto policy = check_waiver(options);
  auto& catalog = store_->impl().for_change();
  const auto artifact = detail::find_candidate(catalog, run, options.artifact);
  return set_aside({.model = options.model, .version = std::nullopt, .digest = *artifact.digest},
                   options, policy, catalog);
}

TransitionRecord Registry::waive(std::string_view what, std::string_view alias,
                                 std::string_view gate, const std::filesystem::path& path, int days,
                                 std::string_view reason, std::string_view actor) {
  WaiveOptions options;
  options.alias = alias;
  options.gate = gate;
  options.policy = path;
  options.days = days;
  options.reason = reason;
  options.actor = actor;
  const auto policy = check_waiver(options);
  auto& catalog = store_->impl().for_change();
  return set_aside(find_subject(catalog, what), options, policy, catalog);
}

std::vector<ModelRecord> Registry::models() { return store_->impl().fresh().models(); }

std::vector<ModelVersionRecord> Registry::versions(std::string_view model) {
  return store_->impl().fresh().versions(model);
}

std::vector<AliasRecord> Registry::aliases(std::string_view model) {
  return store_->impl().fresh().aliases(model);
}

std::vector<TransitionRecord> Registry::transitions(std::string_view model) {
  return store_->impl().fresh().transitions(model);
}

std::vector<AuditRecord> Registry::audit() { return store_->impl().fresh().audit(); }

ModelVersionRecord Registry::resolve(std::string_view what) {
  auto& catalog = store_->impl().fresh();
  auto version = detail::find_version(catalog, what);
  detail::require_not_revoked(catalog, version.digest, fmt::format("resolve '{}'", what));
  return version;
}

std::vector<std::filesystem::path> Registry::materialize(const ModelVersionRecord& version,
                                                         const std::filesystem::path& directory) {
  detail::require_not_revoked(store_->impl().fresh(), version.digest,
                              fmt::format("write '{}/{}'", version.model, version.version));
  const auto name = std::filesystem::path(version.artifact).filename();
  if (name.empty() || name == "." || name == "..") {
    throw Error(ErrorCode::corrupt, fmt::format("cannot write '{}/{}': '{}' is no file name",
                                                version.model, version.version, version.artifact));
  }
  const auto target = directory / name;
  auto& objects = store_->impl().objects();
  if (version.is_tree) {
    objects.restore_tree(version.digest, target);
  } else {
    storage::create_directories(directory, 0755);
    objects.restore_file(version.digest, target, 0644, true);
  }
  return {target};
}

}  // namespace track
