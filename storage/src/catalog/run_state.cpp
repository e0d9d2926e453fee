#include "catalog/run_state.hpp"

#include "track/storage/journal/live.hpp"

namespace track::storage {
namespace {

/// What the locks of the members say together.
struct Judgement {
  bool alive = false;
  bool unjudgeable = false;
  bool known = false;  ///< the latest attempt has members at all
  std::string lost_ranks;
};

Liveness liveness_of(const MemberRecord& member, const std::filesystem::path& journals) {
  if (member.end) return Liveness::dead;
  return journals.empty() ? Liveness::unjudgeable : probe(journals, member);
}

Judgement judge(std::span<const MemberRecord> members, std::int64_t attempt,
                const std::filesystem::path& journals) {
  Judgement result;
  for (const auto& member : members) {
    if (member.role == MemberRole::forked) continue;
    const auto liveness = liveness_of(member, journals);
    if (liveness == Liveness::alive) result.alive = true;
    if (member.attempt < attempt) continue;
    result.known = true;
    if (liveness == Liveness::unjudgeable) result.unjudgeable = true;
    if (liveness == Liveness::dead && !member.end && member.role == MemberRole::rank) {
      result.lost_ranks += (result.lost_ranks.empty() ? "" : ", ") + std::to_string(member.rank);
    }
  }
  return result;
}

std::string with_lost_ranks(const std::string& reason, const std::string& ranks) {
  if (ranks.empty()) return reason;
  return (reason.empty() ? "" : reason + "; ") + "lost without a word: rank " + ranks;
}

}  // namespace

DerivedState derive_state(const StateFacts& facts, std::span<const MemberRecord> members,
                          const std::filesystem::path& journals) {
  const auto judgement = judge(members, facts.attempt, journals);
  if (judgement.alive) return {RunState::running, ""};
  if (facts.ended()) return {*facts.recorded, with_lost_ranks(facts.reason, judgement.lost_ranks)};
  if (judgement.known && !judgement.unjudgeable) return {RunState::killed, ""};
  return unknown_state(facts);
}

DerivedState unknown_state(const StateFacts& facts) {
  return {RunState::unknown, "last seen " + facts.last_seen.to_string() + " on " +
                                 (facts.host.empty() ? "an unknown host" : facts.host)};
}

}  // namespace track::storage
