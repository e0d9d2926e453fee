#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/registry_reports.hpp"
#include "track/store.hpp"

namespace track {

struct PromoteOptions {
  std::string model;
  std::string alias;
  std::string artifact;  ///< "name" or "name@step=N"; empty: the run's only model artifact
  std::optional<std::int64_t> expect;  ///< sequence that the alias must have; default: as it is now
  std::filesystem::path policy;        ///< empty: none
  std::string reason;                  ///< required
  std::string actor;  ///< default: TRACK_ACTOR, else the user's name; claimed, never authenticated
  std::string idempotency_key;
};

/// A waiver for a run's artifact, which need not be a version of the model yet.
struct WaiveOptions {
  std::string model;
  std::string alias;
  std::string artifact;  ///< "name" or "name@step=N"; empty: the run's only model artifact
  std::string gate;      ///< as the policy names it
  std::filesystem::path policy;
  int days = 7;        ///< 1 to 30
  std::string reason;  ///< required
  std::string actor;   ///< as for a promotion
};

/// Models: immutable versions, and aliases that move over them.
///
/// Errors: Error{refused} by gates, revocation or missing bytes; {conflict} naming the present
/// holder where someone else moved the alias; {not_found}; {usage}.
///
/// Thread safety: as the Store's.
class TRACK_API Registry {
 public:
  explicit Registry(Store& store) noexcept : store_(&store) {}

  /// Gates first, then one transaction. A gate that failed throws Error{refused} naming it;
  /// evaluate() says it without trying. Both throw Error{inconclusive} where part of what runs
  /// logged could not be ingested.
  PromotionReport promote(const RunId& run, const PromoteOptions& options);
  /// What the policy says of a promotion.
  [[nodiscard]] PolicyReport evaluate(const RunId& run, const PromoteOptions& options);
  /// To the version that the promote of the present holder replaced.
  PromotionReport rollback(std::string_view model, std::string_view alias, std::string_view reason,
                           std::string_view actor = {});
  /// Takes a content out of use for good, in every version, alias and model. `what`:
  /// "MODEL/VERSION", "MODEL@ALIAS" or a digest.
  TransitionRecord revoke(std::string_view what, std::string_view reason,
                          std::string_view actor = {});
  /// Records a claimed approval of a version.
  TransitionRecord approve(std::string_view what, std::string_view alias, std::string_view reason,
                           std::string_view actor = {});
  /// Sets one gate aside for one content, alias and policy, at most 30 days.
  TransitionRecord waive(const RunId& run, const WaiveOptions& options);
  /// The same for what is a version already. `what`: "MODEL/VERSION", "MODEL@ALIAS" or a digest.
  TransitionRecord waive(std::string_view what, std::string_view alias, std::string_view gate,
                         const std::filesystem::path& policy, int days, std::string_view reason,
                         std::string_view actor = {});

  [[nodiscard]] std::vector<ModelRecord> models();
  [[nodiscard]] std::vector<ModelVersionRecord> versions(std::string_view model);
  [[nodiscard]] std::vector<AliasRecord> aliases(std::string_view model);
  [[nodiscard]] std::vector<TransitionRecord> transitions(std::string_view model);
  /// "MODEL@ALIAS" or "MODEL/VERSION". Error{refused} with the reason where revoked.
  [[nodiscard]] ModelVersionRecord resolve(std::string_view what);
  /// Writes the verified bytes below `directory`; returns what was written.
  std::vector<std::filesystem::path> materialize(const ModelVersionRecord& version,
                                                 const std::filesystem::path& directory);

  [[nodiscard]] std::vector<AuditRecord> audit();
  /// Replays the chain against the tables, and against a checkpoint where given.
  [[nodiscard]] AuditReport verify_audit(
      const std::optional<AuditCheckpoint>& checkpoint = std::nullopt);
  /// Signs the head with `key` (a name or id; default: TRACK_SIGNING_KEY_FILE, else the only key).
  [[nodiscard]] AuditCheckpoint checkpoint(std::string_view key = {});

 private:
  Store* store_;
};

/// Reads what `audit --checkpoint` printed. Error{corrupt} on anything else.
[[nodiscard]] TRACK_API AuditCheckpoint read_checkpoint(const std::filesystem::path& path);

/// Reads a policy and says what is wrong with it: Error{usage} naming file, line and key.
TRACK_API void check_policy(const std::filesystem::path& path);
/// In plain words, a sentence a gate.
[[nodiscard]] TRACK_API std::vector<std::string> explain_policy(const std::filesystem::path& path);

/// Keys lie in $XDG_CONFIG_HOME/track/keys, mode 0600, outside any store.
TRACK_API KeyRecord new_key(std::string_view name);
[[nodiscard]] TRACK_API std::vector<KeyRecord> list_keys();

}  // namespace track
