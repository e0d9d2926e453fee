#include "run/identity.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

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
  const std::optional<std::string>& world;
};

std::optional<DeclaredRank> declared_rank(const JoinEnvironment& environment, Join join) {
  if (environment.track_rank)
    return DeclaredRank{"TRACK_RANK", *environment.track_rank, environment.world_size};
  if (environment.rank) return DeclaredRank{"RANK", *environment.rank, environment.world_size};
  if (join == Join::automatic && environment.slurm_procid) {
    return DeclaredRank{"SLURM_PROCID", *environment.slurm_procid, environment.slurm_world_size};
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
          environment_variable(k_rank_variable),   environment_variable("RANK"),
          environment_variable("SLURM_PROCID"),    environment_variable("WORLD_SIZE"),
          environment_variable("SLURM_NTASKS")};
}

std::optional<Rank> find_rank(const JoinEnvironment& environment, Join join) {
  const auto declared = declared_rank(environment, join);
  const auto number = declared ? parse_count(declared->text) : std::nullopt;
  if (!number) return std::nullopt;
  Rank rank{*number, {}};
  if (!declared->world || parse_count(*declared->world) != 1)
    rank.labels.emplace(k_rank_label, std::to_string(*number));
  return rank;
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

  const auto become = [&](JoinReason reason, Rank rank) {
    identity.id = *named;
    identity.parent.reset();
    identity.joins = reason;
    identity.rank = rank.number;
    identity.labels = std::move(rank.labels);
  };
  const auto declared = declared_rank(environment, join);
  auto rank = find_rank(environment, join);
  if (declared && !rank) {
    identity.problem = fmt::format("cannot join run '{}' as a rank: {} is '{}', which is no number",
                                   named->value, declared->variable, printable(declared->text));
  }
  if (rank) {
    become(JoinReason::rank, *std::move(rank));
  } else if (environment.run_pid && parse_count(*environment.run_pid) == self) {
    become(JoinReason::started, {});
  }
  return identity;
}

}  // namespace track::detail
