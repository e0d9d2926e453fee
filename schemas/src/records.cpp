#include "track/schemas/records.hpp"

#include "names.hpp"

namespace track {
namespace {

using schemas::name_of;
using schemas::Names;
using schemas::parse_name;

constexpr Names<5> k_run_kinds{"train", "eval", "sweep", "fold", "replay"};
constexpr Names<5> k_run_states{"running", "finished", "failed", "killed", "unknown"};
constexpr Names<3> k_goals{"none", "minimize", "maximize"};
constexpr Names<6> k_statistics{"automatic", "last", "best", "min", "max", "mean"};
constexpr Names<8> k_artifact_kinds{"file",   "model", "checkpoint", "dataset",
                                    "figure", "table", "output",     "tree"};
constexpr Names<3> k_artifact_states{"stored", "digest_only", "lost"};
constexpr Names<3> k_digest_methods{"full", "manifest", "declared"};
constexpr Names<5> k_actions{"promote", "rollback", "revoke", "approve", "waive"};
constexpr Names<3> k_member_roles{"owner", "rank", "forked"};

}  // namespace

std::string_view to_string(RunKind kind) noexcept { return name_of(k_run_kinds, kind); }
std::string_view to_string(RunState state) noexcept { return name_of(k_run_states, state); }
std::string_view to_string(Goal goal) noexcept { return name_of(k_goals, goal); }
std::string_view to_string(Statistic statistic) noexcept {
  return name_of(k_statistics, statistic);
}
std::string_view to_string(ArtifactKind kind) noexcept { return name_of(k_artifact_kinds, kind); }
std::string_view to_string(ArtifactState state) noexcept {
  return name_of(k_artifact_states, state);
}
std::string_view to_string(DigestMethod method) noexcept {
  return name_of(k_digest_methods, method);
}
std::string_view to_string(Action action) noexcept { return name_of(k_actions, action); }
std::string_view to_string(MemberRole role) noexcept { return name_of(k_member_roles, role); }

std::optional<RunKind> parse_run_kind(std::string_view text) noexcept {
  return parse_name<RunKind>(k_run_kinds, text);
}

std::optional<RunState> parse_run_state(std::string_view text) noexcept {
  return parse_name<RunState>(k_run_states, text);
}

std::optional<Goal> parse_goal(std::string_view text) noexcept {
  return parse_name<Goal>(k_goals, text);
}

std::optional<Statistic> parse_statistic(std::string_view text) noexcept {
  return parse_name<Statistic>(k_statistics, text);
}

std::optional<ArtifactKind> parse_artifact_kind(std::string_view text) noexcept {
  return parse_name<ArtifactKind>(k_artifact_kinds, text);
}

std::optional<ArtifactState> parse_artifact_state(std::string_view text) noexcept {
  return parse_name<ArtifactState>(k_artifact_states, text);
}

std::optional<DigestMethod> parse_digest_method(std::string_view text) noexcept {
  return parse_name<DigestMethod>(k_digest_methods, text);
}

std::optional<Action> parse_action(std::string_view text) noexcept {
  return parse_name<Action>(k_actions, text);
}

std::optional<MemberRole> parse_member_role(std::string_view text) noexcept {
  return parse_name<MemberRole>(k_member_roles, text);
}

}  // namespace track
