#include "catalog/registry_plan.hpp"

#include "track/schemas/error.hpp"
#include "track/storage/catalog/audit.hpp"

namespace track::storage {
namespace {

/// Makes one plan.
class Planner {
 public:
  Planner(const RegistryChange& change, const RegistryState& state)
      : change_(change), state_(state) {}

  RegistryPlan run() {
    if (change_.reason.empty()) fail(ErrorCode::usage, "a reason is required");
    if (const auto first = find_repeated()) {
      plan_.result = {*first, true};
      return std::move(plan_);
    }
    start_transition();
    switch (change_.action) {
      case Action::promote:
        promote();
        break;
      case Action::rollback:
        roll_back();
        break;
      case Action::revoke:
        revoke();
        break;
      case Action::approve:
      case Action::waive:
        require_digest();
        break;
    }
    append_audit();
    return std::move(plan_);
  }

 private:
  [[noreturn]] void fail(ErrorCode code, const std::string& cause) const {
    const bool back = change_.action == Action::rollback;
    const auto verb = back ? std::string_view("roll back") : to_string(change_.action);
    throw Error(code, "cannot " + std::string(verb) + " '" + change_.model +
                          (change_.alias.empty() ? "" : "@" + change_.alias) + "': " + cause);
  }

  [[nodiscard]] std::optional<TransitionRecord> find_repeated() const {
    if (change_.idempotency_key.empty()) return std::nullopt;
    return state_.find_by_key(change_.idempotency_key);
  }

  [[nodiscard]] TransitionRecord& transition() noexcept { return plan_.result.transition; }

  void start_transition() {
    transition() = {.sequence = state_.last_transition() + 1,
                    .alias_sequence = 0,
                    .model = change_.model,
                    .alias = change_.alias,
                    .from = std::nullopt,
                    .to = std::nullopt,
                    .digest = change_.digest,
                    .action = change_.action,
                    .actor = change_.actor,
                    .reason = change_.reason,
                    .policy = change_.policy,
                    .evidence = change_.evidence,
                    .idempotency_key = change_.idempotency_key,
                    .detail = change_.detail,
                    .time = change_.time};
  }

  void require_names() const {
    if (change_.model.empty()) fail(ErrorCode::usage, "a model is required");
    if (change_.alias.empty()) fail(ErrorCode::usage, "an alias is required");
  }

  void require_digest() const {
    if (!change_.digest) fail(ErrorCode::usage, "a digest is required");
  }

  void refuse_revoked(const Digest& digest) const {
    if (const auto reason = state_.revocation(digest)) {
      fail(ErrorCode::refused, digest.to_string() + " is revoked: " + *reason);
    }
  }

  void require_sequence(const std::optional<AliasRecord>& holder) const {
    const auto sequence = holder ? holder->sequence : 0;
    if (!change_.expected_sequence || *change_.expected_sequence == sequence) return;
    const std::string now = holder ? "it holds version " + std::to_string(holder->version) +
                                         " since " + holder->since.to_string() + ", moved by '" +
                                         holder->actor + "'"
                                   : "it holds nothing";
    fail(ErrorCode::conflict, "someone else moved it: " + now + " (sequence " +
                                  std::to_string(sequence) + ", expected " +
                                  std::to_string(*change_.expected_sequence) + ")");
  }

  void promote() {
    require_names();
    if (!change_.candidate) fail(ErrorCode::usage, "a candidate is required");
    refuse_revoked(change_.candidate->digest);
    const auto holder = state_.find_alias(change_.model, change_.alias);
    require_sequence(holder);
    move_alias(holder, find_or_make_version());
  }

  ModelVersionRecord find_or_make_version() {
    auto candidate = *change_.candidate;
    if (auto known = state_.find_version_of(change_.model, candidate.digest, candidate.run))
      return *known;
    candidate.model = change_.model;
    candidate.version = state_.last_version(change_.model) + 1;
    candidate.actor = change_.actor;
    candidate.created = change_.time;
    candidate.revoked.reset();
    candidate.revoke_reason.clear();
    plan_.version = candidate;
    return candidate;
  }

  void roll_back() {
    require_names();
    const auto holder = state_.find_alias(change_.model, change_.alias);
    if (!holder) fail(ErrorCode::not_found, "no such alias");
    require_sequence(holder);
    if (!change_.to_version) fail(ErrorCode::usage, "a version is required");
    const auto target = state_.find_version(change_.model, *change_.to_version);
    if (!target) fail(ErrorCode::not_found, "no version " + std::to_string(*change_.to_version));
    refuse_revoked(target->digest);
    move_alias(holder, *target);
  }

  void move_alias(const std::optional<AliasRecord>& holder, const ModelVersionRecord& to) {
    plan_.alias = AliasRecord{.model = change_.model,
                              .alias = change_.alias,
                              .version = to.version,
                              .digest = to.digest,
                              .sequence = (holder ? holder->sequence : 0) + 1,
                              .since = change_.time,
                              .actor = change_.actor};
    transition().alias_sequence = plan_.alias->sequence;
    if (holder) transition().from = holder->version;
    transition().to = to.version;
    transition().digest = to.digest;
  }

  void revoke() {
    require_digest();
    if (const auto reason = state_.revocation(*change_.digest)) {
      fail(ErrorCode::conflict, change_.digest->to_string() + " is revoked already: " + *reason);
    }
    if (!state_.is_registered(*change_.digest)) {
      fail(ErrorCode::not_found, "no model version has " + change_.digest->to_string());
    }
    plan_.revokes = true;
  }

  void append_audit() {
    auto last = state_.last_audit();
    const auto append = [&](std::string_view event, std::string payload) {
      plan_.audit.push_back(next_audit_link(last, event, std::move(payload), change_.time));
      last = plan_.audit.back();
    };
    if (plan_.version) append(k_audit_version, audit_payload(*plan_.version));
    append(k_audit_transition, audit_payload(transition()));
  }

  const RegistryChange& change_;
  const RegistryState& state_;
  RegistryPlan plan_;
};

}  // namespace

RegistryState::~RegistryState() = default;

RegistryPlan plan_change(const RegistryChange& change, const RegistryState& state) {
  return Planner(change, state).run();
}

}  // namespace track::storage
