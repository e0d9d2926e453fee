#include "run/identity.hpp"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "run/name_rules.hpp"

namespace track::detail {
namespace {

std::optional<std::int64_t> parse_count(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

struct DeclaredRank {
  const char* variable;
  const std::string& text;
};

std::optional<DeclaredRank> declared_rank(const JoinEnvironment& environment, Join join) {
  if (environment.track_rank) return DeclaredRank{"TRACK_RANK", *environment.track_rank};
  if (environment.rank) return DeclaredRank{"RANK", *environment.rank};
  if (join == Join::automatic && environment.slurm_procid) {
    return DeclaredRank{"SLURM_PROCID", *environment.slurm_procid};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

JoinEnvironment JoinEnvironment::read() {
  return {environment_variable(k_run_id_variable), environment_variable(k_run_pid_variable),
          environment_variable("TRACK_RANK"), environment_variable("RANK"),
          environment_variable("SLURM_PROCID")};
}

Identity decide_identity(const JoinEnvironment& environment, Join join, pid_t self,
                         bool joined_before) {
  Identity identity;
  identity.id = RunId::random();
  if (!environment.run_id) return identity;
  const auto named = RunId::parse(*environment.run_id);
  if (!named) {
    identity.problem = fmt::format("cannot join run '{}': TRACK_RUN_ID holds no run id",
                                   printable(*environment.run_id));
    return identity;
  }
  identity.parent = *named;
  if (join == Join::never || joined_before) return identity;

  const auto become = [&](JoinReason reason, std::int64_t rank) {
    identity.id = *named;
    identity.parent.reset();
    identity.joins = reason;
    identity.rank = rank;
  };
  const auto declared = declared_rank(environment, join);
  const auto rank = declared ? parse_count(declared->text) : std::nullopt;
  if (rank) {
    become(JoinReason::rank, *rank);
  } else if (environment.run_pid && parse_count(*environment.run_pid) == self) {
    become(JoinReason::started, 0);
  }
  if (declared && !rank) {
    identity.problem = fmt::format("cannot join run '{}' as a rank: {} is '{}', which is no number",
                                   named->value, declared->variable, printable(declared->text));
  }
  return identity;
}

}  // namespace track::detail
