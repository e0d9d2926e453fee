#include "registry/audit_replay.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "track/storage/catalog/audit.hpp"

namespace track::detail {
namespace {

using AliasKey = std::pair<std::string, std::string>;

class Replay final {
 public:
  explicit Replay(const RegistryTables& tables) : tables_(tables) {}

  void chain(const std::vector<AuditRecord>& links) {
    std::optional<AuditRecord> last;
    for (const auto& link : links) {
      const auto expected = storage::next_audit_link(last, link.event, link.payload, link.time);
      if (link.sequence != expected.sequence) {
        add(link.sequence, fmt::format("link {} should stand here", expected.sequence));
      }
      if (link.previous != expected.previous) add(link.sequence, "does not follow the link before");
      if (link.hash != storage::audit_hash(link)) add(link.sequence, "its content was altered");
      payloads_.emplace(std::pair(link.event, link.payload), link.sequence);
      last = link;
    }
  }

  /// Every row must stand in the log as it is, and every entry of the log must have its row.
  void tables() {
    for (const auto& version : tables_.versions) {
      require(storage::k_audit_version, storage::audit_payload(version),
              fmt::format("version {}/{}", version.model, version.version));
    }
    for (const auto& transition : tables_.transitions) {
      require(storage::k_audit_transition, storage::audit_payload(transition),
              fmt::format("transition {}", transition.sequence));
    }
    for (const auto& [payload, sequence] : payloads_) {
      if (!matched_.contains(sequence))
        add(sequence, fmt::format("the {} it records is missing or was altered", payload.first));
    }
  }

  void aliases() {
    std::map<AliasKey, const TransitionRecord*> moved;
    for (const auto& transition : tables_.transitions) {
      const bool moves =
          transition.action == Action::promote || transition.action == Action::rollback;
      if (moves) moved[{transition.model, transition.alias}] = &transition;
    }
    for (const auto& alias : tables_.aliases) {
      const auto found = moved.find({alias.model, alias.alias});
      const auto name = fmt::format("alias {}@{}", alias.model, alias.alias);
      if (found == moved.end()) {
        add(0, name + " was never moved by a transition");
        continue;
      }
      compare_alias(alias, *found->second, name);
      moved.erase(found);
    }
    for (const auto& [key, transition] : moved)
      add(0, fmt::format("alias {}@{} is missing", key.first, key.second));
  }

  void revocations() {
    std::map<Digest, const TransitionRecord*> revoked;
    for (const auto& transition : tables_.transitions) {
      if (transition.action == Action::revoke && transition.digest)
        revoked.emplace(*transition.digest, &transition);
    }
    for (const auto& version : tables_.versions) {
      const auto found = revoked.find(version.digest);
      const bool logged = found != revoked.end();
      const auto name = fmt::format("version {}/{}", version.model, version.version);
      if (version.revoked.has_value() != logged) {
        add(0, fmt::format("{} is {}revoked, the log says otherwise", name,
                           version.revoked ? "" : "not "));
      } else if (logged && (version.revoked != found->second->time ||
                            version.revoke_reason != found->second->reason)) {
        add(0, fmt::format("{} is revoked at another time or for another reason than the log says",
                           name));
      }
    }
  }

  std::vector<AuditFinding> take() { return std::move(findings_); }

 private:
  void compare_alias(const AliasRecord& alias, const TransitionRecord& transition,
                     const std::string& name) {
    if (transition.to != alias.version || transition.alias_sequence != alias.sequence) {
      add(0, fmt::format("{} points to version {}, the log to {}", name, alias.version,
                         transition.to.value_or(0)));
    } else if (transition.digest != alias.digest || transition.time != alias.since ||
               transition.actor != alias.actor) {
      add(0, fmt::format("{} is not as the log says who moved it, when and to what content", name));
    }
  }

  void add(std::int64_t sequence, std::string problem) {
    findings_.push_back({.sequence = sequence, .problem = std::move(problem)});
  }

  void require(std::string_view event, const std::string& payload, const std::string& row) {
    const auto [first, last] = payloads_.equal_range(std::pair(std::string(event), payload));
    for (auto entry = first; entry != last; ++entry) {
      if (matched_.insert(entry->second).second) return;
    }
    add(0, row + " does not stand in the log as it is in the tables");
  }

  const RegistryTables& tables_;
  std::multimap<std::pair<std::string, std::string>, std::int64_t> payloads_;
  std::set<std::int64_t> matched_;
  std::vector<AuditFinding> findings_;
};

}  // namespace

std::vector<AuditFinding> replay_audit(const std::vector<AuditRecord>& links,
                                       const RegistryTables& tables) {
  Replay replay(tables);
  replay.chain(links);
  replay.tables();
  replay.aliases();
  replay.revocations();
  return replay.take();
}

}  // namespace track::detail
