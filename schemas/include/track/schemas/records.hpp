#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/time.hpp"
#include "track/schemas/value.hpp"

// What the catalog answers: one struct a public view, one member a column.

namespace track {

enum class RunKind : std::uint8_t { train, eval, sweep, fold, replay };

/// running, killed and unknown are derived from locks when asked; finished and failed are recorded.
enum class RunState : std::uint8_t { running, finished, failed, killed, unknown };

/// View `runs`.
struct RunRecord {
  RunId id;
  std::string name;
  std::string experiment;
  std::optional<RunId> parent;
  std::optional<RunId> replay_of;
  std::string group;  ///< empty: none
  RunKind kind = RunKind::train;
  RunState state = RunState::unknown;
  std::string
      end_reason;  ///< "", "exit code 3", "signal SIGTERM", "exception: …", "last seen … on …"
  std::optional<int> exit_code;
  std::optional<int> end_signal;
  std::int64_t attempt = 1;
  std::string note;
  std::string user;  ///< clear name where the local table has it, else its keyed hash
  std::string host;
  std::string source;  ///< what made it: "api" or "command"
  Timestamp start;
  std::optional<Timestamp> end;
  std::uint64_t dropped = 0;        ///< points that could not be kept
  std::vector<std::string> losses;  ///< what else was lost and why, one sentence each
};

/// View `attempts`: a run that was resumed by its key has several.
struct AttemptRecord {
  RunId run;
  std::int64_t attempt = 1;        ///< from 1, in order of start
  std::optional<Timestamp> start;  ///< absent where the owner's word of it was lost
  std::string host;                ///< clear name where the local table has it, else its keyed hash
  std::optional<RunState> state;   ///< as the owner recorded its end; absent: no end was recorded
  std::string end_reason;
  std::optional<Timestamp> end;
};

/// View `params`.
struct ParamRecord {
  RunId run;
  std::string name;
  Value value;
};

/// View `tags`.
struct TagRecord {
  RunId run;
  std::string name;
  std::string value;
};

enum class Goal : std::uint8_t { none, minimize, maximize };

/// The value a metric is summed up by; `automatic` is last.
enum class Statistic : std::uint8_t { automatic, last, best, min, max, mean };

/// A point of a series with its step.
struct StepValue {
  std::int64_t step = 0;
  double value = 0;
};

/// View `metrics`: one series, summed up over the default view.
///
/// min, max and mean skip what is not finite; they are absent when nothing is finite.
struct MetricRecord {
  RunId run;
  SeriesKey series;
  std::uint64_t count = 0;
  std::optional<StepValue> first;  ///< of smallest step
  std::optional<StepValue> last;   ///< of greatest step
  std::optional<StepValue> min;
  std::optional<StepValue> max;
  std::optional<double> mean;
  std::uint64_t n_nan = 0;
  std::uint64_t n_inf = 0;
  bool last_is_nan = false;
  Goal goal = Goal::none;
  std::string unit;
  std::string axis;  ///< empty: step
  Statistic summary = Statistic::automatic;
  bool deterministic = true;  ///< false: declared to vary between equal runs
  Timestamp first_time;
  Timestamp last_time;

  /// min by goal minimize, max by goal maximize; absent without a goal or without finite values.
  [[nodiscard]] std::optional<StepValue> best() const noexcept {
    if (goal == Goal::minimize) return min;
    if (goal == Goal::maximize) return max;
    return std::nullopt;
  }
  /// The value by `summary`; a NaN where the last point is one. Absent where there is none.
  [[nodiscard]] TRACK_API std::optional<double> summary_value() const noexcept;
};

/// One row of `metric_points`.
struct PointRecord {
  std::int64_t step = 0;
  double value = 0;
  Timestamp time;
  std::int64_t rank = 0;
  std::int64_t attempt = 1;
};

enum class ArtifactKind : std::uint8_t {
  file,
  model,
  checkpoint,
  dataset,
  figure,
  table,
  output,
  tree
};

/// Whether the bytes are there.
enum class ArtifactState : std::uint8_t { stored, digest_only, lost };

/// View `artifacts`: one version of an artifact.
struct ArtifactRecord {
  RunId run;
  std::string name;
  ArtifactKind kind = ArtifactKind::file;
  ArtifactState state = ArtifactState::stored;
  std::string detail;  ///< why lost or only a digest
  std::optional<Digest> digest;
  std::string sha256;  ///< hex; empty where not made
  std::uint64_t size = 0;
  bool is_tree = false;
  std::optional<std::int64_t> step;
  std::string path;  ///< where it was read from
  bool deterministic = true;
  std::int64_t rank = 0;
  std::int64_t attempt = 1;
  Timestamp time;
};

/// How a dataset's digest was found.
enum class DigestMethod : std::uint8_t { full, manifest, declared };

/// View `datasets`.
struct DatasetRecord {
  RunId run;
  std::string name;
  std::string uri;  ///< path or address, userinfo removed
  std::optional<Digest> digest;
  std::string sha256;
  std::uint64_t size = 0;
  std::uint64_t count = 1;  ///< files
  DigestMethod method = DigestMethod::full;
  bool is_tree = false;
  bool stored = false;
  std::optional<bool> changed;  ///< during the run; absent: not looked at
  std::string detail;           ///< why there is no digest
  Timestamp time;
};

/// A seed by the name of its stream.
struct SeedRecord {
  RunId run;
  std::string stream;
  Value value;
  std::string source;  ///< "given", "derived" or "entropy"
};

/// View `models`.
struct ModelRecord {
  std::string name;
  Timestamp created;
  std::int64_t versions = 0;
};

/// View `model_versions`: immutable.
struct ModelVersionRecord {
  std::string model;
  std::int64_t version = 0;
  Digest digest;
  std::string sha256;
  std::uint64_t size = 0;
  bool is_tree = false;
  RunId run;
  std::string artifact;
  std::optional<std::int64_t> step;
  std::string actor;
  Timestamp created;
  std::optional<Timestamp> revoked;
  std::string revoke_reason;
};

/// View `aliases`.
struct AliasRecord {
  std::string model;
  std::string alias;
  std::int64_t version = 0;
  Digest digest;
  std::int64_t sequence = 0;  ///< grows by one with each move
  Timestamp since;
  std::string actor;
};

enum class Action : std::uint8_t { promote, rollback, revoke, approve, waive };

/// View `transitions`: what was done to a model, and on which evidence.
struct TransitionRecord {
  std::int64_t sequence = 0;        ///< over the whole registry, from 1
  std::int64_t alias_sequence = 0;  ///< the alias's number after it; 0 where none moved
  std::string model;
  std::string alias;
  std::optional<std::int64_t> from;  ///< version
  std::optional<std::int64_t> to;
  std::optional<Digest> digest;  ///< content acted on
  Action action = Action::promote;
  std::string actor;
  std::string reason;
  std::optional<Digest> policy;
  std::optional<Digest> evidence;
  std::string idempotency_key;
  std::string
      detail;  ///< JSON of what the action adds: gate and expiry of a waiver, claimed approver
  Timestamp time;
};

/// One link of the audit log.
struct AuditRecord {
  std::int64_t sequence = 0;  ///< from 1, no gaps
  Timestamp time;
  std::string event;    ///< "version", "transition", "revoke", …
  std::string payload;  ///< canonical JSON of what was recorded
  Digest previous;      ///< hash of the link before; zero for the first
  Digest hash;
};

/// A process that takes part in a run.
enum class MemberRole : std::uint8_t { owner, rank, forked };

struct MemberRecord {
  RunId run;
  Uuid member;
  MemberRole role = MemberRole::owner;
  std::int64_t rank = 0;
  std::int64_t attempt = 1;
  std::int64_t pid = 0;
  std::uint64_t process_start = 0;  ///< clock ticks after boot, as in /proc/PID/stat
  std::string boot_id;
  std::string host;       ///< keyed hash
  std::string live_file;  ///< file name under journals/<run>/
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool local = true;  ///< its store lay on a file system whose locks can be trusted
  Timestamp start;
  std::optional<Timestamp> end;
};

/// Something that ingest or a run could not take as it was, kept for people.
struct ConflictRecord {
  RunId run;
  std::string subject;  ///< such as "param lr"
  std::string detail;
  Timestamp time;
};

[[nodiscard]] TRACK_API std::string_view to_string(RunKind kind) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(RunState state) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Goal goal) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Statistic statistic) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(ArtifactKind kind) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(ArtifactState state) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(DigestMethod method) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Action action) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(MemberRole role) noexcept;
[[nodiscard]] TRACK_API std::optional<RunKind> parse_run_kind(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<RunState> parse_run_state(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Goal> parse_goal(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Statistic> parse_statistic(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<ArtifactKind> parse_artifact_kind(
    std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<ArtifactState> parse_artifact_state(
    std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<DigestMethod> parse_digest_method(
    std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Action> parse_action(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<MemberRole> parse_member_role(std::string_view text) noexcept;

}  // namespace track
