#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "track/run_options.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"

namespace track::detail {

// What `track run` tells the process that it starts.
inline constexpr const char* k_run_id_variable = "TRACK_RUN_ID";
inline constexpr const char* k_run_pid_variable = "TRACK_RUN_PID";
inline constexpr const char* k_run_name_variable = "TRACK_RUN_NAME";
/// What of the run its user settled, a word a line, so that the program cannot say otherwise.
inline constexpr const char* k_run_settled_variable = "TRACK_RUN_SETTLED";
/// Which attempt of the run it is, for all that join.
inline constexpr const char* k_run_attempt_variable = "TRACK_RUN_ATTEMPT";
inline constexpr const char* k_rank_variable = "TRACK_RANK";
inline constexpr const char* k_run_key_variable = "TRACK_RUN_KEY";
inline constexpr const char* k_experiment_variable = "TRACK_EXPERIMENT";
inline constexpr const char* k_store_variable = "TRACK_STORE";

/// A variable that is set and not empty.
[[nodiscard]] std::optional<std::string> environment_variable(const char* name);

/// What the environment says of the run that a process belongs to.
struct JoinEnvironment {
  std::optional<std::string> run_id;
  std::optional<std::string> run_pid;
  std::optional<std::string> track_rank;
  std::optional<std::string> rank;
  std::optional<std::string> slurm_procid;
  std::optional<std::string> world_size;        ///< of what TRACK_RANK and RANK count
  std::optional<std::string> slurm_world_size;  ///< of what SLURM_PROCID counts

  [[nodiscard]] static JoinEnvironment read();
};

/// Why a process joins a run, if it does.
enum class JoinReason : std::uint8_t { none, rank, started };

struct Identity {
  RunId id;
  std::optional<RunId> parent;
  std::int64_t rank = 0;
  Labels labels;  ///< of every series: the rank, where it is one of several
  JoinReason joins = JoinReason::none;
  bool keyed = false;   ///< found by its key, which it may have been before
  std::string problem;  ///< what of the environment could not be used; empty: nothing
};

/// A rank that the environment declares.
struct Rank {
  std::int64_t number = 0;
  Labels labels;  ///< `rank`, which sets its series apart; none in a world of one
};
/// Nothing where none is declared, or what is declared is no number.
[[nodiscard]] std::optional<Rank> find_rank(const JoinEnvironment& environment, Join join);

/// Whose run `self` is in. TRACK_RUN_ID is joined by a declared rank or by the process that
/// `track run` started, and once by each; every other start below it makes a child.
[[nodiscard]] Identity decide_identity(const JoinEnvironment& environment, Join join, pid_t self,
                                       bool joined_before);

}  // namespace track::detail
