#include "registry/gates.hpp"

#include <array>
#include <string>
#include <vector>

#include "registry/policy.hpp"
#include "registry/waiver.hpp"

namespace track::detail {
namespace {

bool waived(const std::vector<TransitionRecord>& transitions, const GateResult& result,
            const Policy& policy, const Candidate& candidate, Timestamp now) {
  for (const auto& transition : transitions) {
    if (transition.action != Action::waive || transition.alias != candidate.alias) continue;
    if (transition.digest != candidate.digest || transition.policy != policy.digest) continue;
    const auto waiver = read_waiver(transition.detail);
    if (waiver && waiver->gate == result.gate && now < waiver->expires) return true;
  }
  return false;
}

}  // namespace

PolicyReport evaluate_policy(const storage::Catalog& catalog, const std::filesystem::path& path,
                             const Candidate& candidate, Timestamp now) {
  PolicyReport report;
  if (path.empty()) return report;
  const auto policy = read_policy(path);
  report.path = path.string();
  report.digest = policy.digest;
  const std::array runs = {candidate.run};
  const auto metrics = catalog.metrics(runs);
  const auto transitions = catalog.transitions(candidate.model);
  for (const auto& gate : policy.gates) {
    auto result = evaluate_gate(gate, metrics);
    result.waived = !result.passed && waived(transitions, result, policy, candidate, now);
    report.passed = report.passed && (result.passed || result.waived);
    report.gates.push_back(std::move(result));
  }
  return report;
}

}  // namespace track::detail
