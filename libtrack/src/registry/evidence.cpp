#include "registry/evidence.hpp"

#include "track/schemas/json_forms.hpp"

namespace track::detail {
namespace {

constexpr std::int64_t k_validity_ms = 3'600'000;

}  // namespace

std::string make_evidence(const Candidate& candidate, const std::optional<AliasRecord>& holder,
                          const PolicyReport& policy, Timestamp now) {
  schemas::Json document;
  document.set("run", candidate.run.value);
  document.set("model", candidate.model);
  document.set("alias", candidate.alias);
  document.set("candidate", candidate.digest.to_string());
  document.set("holder", holder ? schemas::Json(holder->digest.to_string()) : schemas::Json());
  document.set("alias_sequence", holder ? holder->sequence : std::int64_t{0});
  document.set("policy", schemas::to_json(policy));
  document.set("created", now.to_string());
  document.set("expires", Timestamp{now.ms + k_validity_ms}.to_string());
  return document.canonical();
}

}  // namespace track::detail
