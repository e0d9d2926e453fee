#include <array>
#include <optional>
#include <span>
#include <string>

#include <fmt/format.h>

#include "query/store_impl.hpp"
#include "registry/candidate.hpp"
#include "registry/evidence.hpp"
#include "registry/gates.hpp"
#include "registry/names.hpp"
#include "registry/rollback.hpp"
#include "store/locate.hpp"
#include "track/registry.hpp"
#include "track/schemas/error.hpp"

namespace track {
namespace {

/// What a promotion is about, read before anything is changed.
struct Proposal {
  ArtifactRecord artifact;
  std::optional<AliasRecord> holder;
  PolicyReport policy;
};

Proposal propose(Store& store, const RunId& run, const PromoteOptions& options, Timestamp now) {
  detail::check_registry_name("the name of a model", options.model);
  detail::check_registry_name("the name of an alias", options.alias);
  auto& catalog = store.impl().fresh();
  // Gates judge all that was logged or nothing.
  const auto lag = options.policy.empty() ? std::string() : store.impl().lag_of(run);
  if (!lag.empty()) {
    throw Error(ErrorCode::inconclusive,
                fmt::format("cannot check the gates of run '{}': part of what was logged is not in "
                            "the catalog: {}",
                            run.value, lag));
  }
  Proposal proposal;
  proposal.artifact = detail::find_candidate(catalog, run, options.artifact);
  proposal.holder = detail::find_alias(catalog, options.model, options.alias);
  proposal.policy = detail::evaluate_policy(catalog, options.policy,
                                            {.run = run,
                                             .model = options.model,
                                             .alias = options.alias,
                                             .digest = *proposal.artifact.digest},
                                            now);
  return proposal;
}

void require_gates(const PolicyReport& policy, std::string_view action) {
  if (policy.passed) return;
  std::string failed;
  for (const auto& gate : policy.gates) {
    if (gate.passed || gate.waived) continue;
    failed += fmt::format("{}gate '{}' failed: {}, required {}", failed.empty() ? "" : "; ",
                          gate.gate, gate.measured, gate.required);
    if (!gate.detail.empty()) failed += " (" + gate.detail + ")";
  }
  throw Error(ErrorCode::refused, fmt::format("cannot {}: {}", action, failed));
}

ModelVersionRecord make_version(const RunId& run, const PromoteOptions& options,
                                const ArtifactRecord& artifact, Timestamp now) {
  ModelVersionRecord version;
  version.model = options.model;
  version.digest = *artifact.digest;
  version.sha256 = artifact.sha256;
  version.size = artifact.size;
  version.is_tree = artifact.is_tree;
  version.run = run;
  version.artifact = artifact.name;
  version.step = artifact.step;
  version.actor = detail::actor_or_default(options.actor);
  version.created = now;
  return version;
}

/// A store inside a work tree goes with the next `git clean -fdx`; whoever promotes should know,
/// and is told with the store's first promotion.
std::vector<std::string> notes_on(const Store& store, const storage::Catalog& catalog) {
  std::vector<std::string> notes;
  int promotions = 0;
  for (const auto& each : catalog.transitions({}))
    promotions += each.action == Action::promote ? 1 : 0;
  if (promotions != 1) return notes;
  const auto top = detail::git_top_level(store.path().parent_path());
  if (top) {
    notes.push_back(
        fmt::format("the store '{}' lies in a git work tree: git clean -fdx would delete it; make "
                    "one elsewhere with track init --at DIR",
                    store.path().string()));
  }
  return notes;
}

PromotionReport make_report(const storage::Catalog& catalog, storage::RegistryResult result) {
  PromotionReport report;
  report.repeated = result.repeated;
  report.transition = std::move(result.transition);
  const auto& transition = report.transition;
  if (transition.to)
    report.version = detail::get_version(catalog, transition.model, *transition.to);
  if (transition.from)
    report.previous = detail::get_version(catalog, transition.model, *transition.from);
  return report;
}

/// The key that is kept: one CI job may promote several contents to several aliases, and none of
/// them is a repetition of another.
std::string whole_key(const PromoteOptions& options, const Proposal& proposal) {
  if (options.idempotency_key.empty()) return {};
  const auto& policy = proposal.policy.digest;
  return fmt::format("{} promote {}@{} {} {}", options.idempotency_key, options.model,
                     options.alias, proposal.artifact.digest->to_string(),
                     policy ? policy->to_string() : "no policy");
}

/// The first result again holds only while the alias is where it put it.
void require_unmoved(const storage::Catalog& catalog, const TransitionRecord& transition) {
  const auto holder = detail::find_alias(catalog, transition.model, transition.alias);
  if (holder && holder->sequence == transition.alias_sequence) return;
  throw Error(ErrorCode::conflict,
              fmt::format("cannot promote to '{}@{}': this promotion was made before, and the "
                          "alias was moved since to version {}",
                          transition.model, transition.alias, holder ? holder->version : 0));
}

/// The same key again gives the first result, unless the alias was moved since.
std::optional<PromotionReport> repeated(const storage::Catalog& catalog, const std::string& key) {
  if (key.empty()) return std::nullopt;
  for (const auto& transition : catalog.transitions({})) {
    if (transition.idempotency_key != key) continue;
    require_unmoved(catalog, transition);
    return make_report(catalog, {.transition = transition, .repeated = true});
  }
  return std::nullopt;
}

}  // namespace

PolicyReport Registry::evaluate(const RunId& run, const PromoteOptions& options) {
  return propose(*store_, run, options, Clock::system().now()).policy;
}

PromotionReport Registry::promote(const RunId& run, const PromoteOptions& options) {
  const auto action =
      fmt::format("promote run '{}' to '{}@{}'", run.value, options.model, options.alias);
  const auto reason = detail::kept_reason(options.reason, action);
  const auto now = Clock::system().now();
  auto& catalog = store_->impl().for_change();
  const auto proposal = propose(*store_, run, options, now);
  auto& objects = store_->impl().objects();
  const auto key = whole_key(options, proposal);
  if (auto report = repeated(catalog, key)) return std::move(*report);
  const auto& digest = *proposal.artifact.digest;
  detail::require_not_revoked(catalog, digest, action);
  detail::require_bytes(objects, digest, proposal.artifact.is_tree, action);
  require_gates(proposal.policy, action);

  const auto evidence = detail::make_evidence(
      {.run = run, .model = options.model, .alias = options.alias, .digest = digest},
      proposal.holder, proposal.policy, now);
  const auto writer = objects.begin();  // its lease keeps the evidence until the catalog names it
  const auto stored = writer->add_bytes(std::as_bytes(std::span(evidence)));
  writer->keep(digest);  // gc may have condemned it: nothing need name it but the run
  writer->commit();

  storage::RegistryChange change;
  change.action = Action::promote;
  change.model = options.model;
  change.alias = options.alias;
  change.candidate = make_version(run, options, proposal.artifact, now);
  change.digest = digest;
  change.expected_sequence =
      options.expect ? *options.expect : (proposal.holder ? proposal.holder->sequence : 0);
  change.actor = change.candidate->actor;
  change.reason = reason;
  change.policy = proposal.policy.digest;
  change.evidence = stored.digest;
  change.idempotency_key = key;
  change.time = now;
  const auto result = catalog.apply(change);
  // Someone else's attempt with the same key may have come first.
  if (result.repeated) require_unmoved(catalog, result.transition);
  auto report = make_report(catalog, result);
  report.policy = proposal.policy;
  report.notes = notes_on(*store_, catalog);
  return report;
}

PromotionReport Registry::rollback(std::string_view model, std::string_view alias,
                                   std::string_view reason, std::string_view actor) {
  const auto action = fmt::format("roll back '{}@{}'", model, alias);
  const auto kept = detail::kept_reason(reason, action);
  detail::check_registry_name("the name of a model", model);
  detail::check_registry_name("the name of an alias", alias);
  auto& catalog = store_->impl().for_change();
  const auto& objects = store_->impl().objects();
  const auto holder = detail::find_alias(catalog, model, alias);
  if (!holder)
    throw Error(ErrorCode::not_found, fmt::format("cannot {}: there is no such alias", action),
                "list models with track models");
  const auto usable = [&](std::int64_t number) {
    const auto version = detail::get_version(catalog, model, number);
    try {
      detail::require_not_revoked(catalog, version.digest, action);
      detail::require_bytes(objects, version.digest, version.is_tree, action);
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::refused) throw;
      return false;
    }
  };
  const auto target =
      detail::rollback_target(catalog.transitions(model), alias, holder->version, usable);
  if (!target) {
    throw Error(ErrorCode::refused,
                fmt::format("cannot {}: nothing before version {} can be gone back to", action,
                            holder->version),
                "earlier versions are revoked, missing, or there were none");
  }
  storage::RegistryChange change;
  change.action = Action::rollback;
  change.model = model;
  change.alias = alias;
  change.to_version = *target;
  change.digest = detail::get_version(catalog, model, *target).digest;
  change.expected_sequence = holder->sequence;
  change.actor = detail::actor_or_default(actor);
  change.reason = kept;
  change.time = Clock::system().now();
  return make_report(catalog, catalog.apply(change));
}

}  // namespace track
