#include "run/resume.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "run/name_rules.hpp"
#include "run/run_key.hpp"
#include "track/storage/journal/live.hpp"

namespace track::detail {
namespace {

/// Empty where there is none.
std::string find_key(const StartRequest& request) {
  if (request.replay_of) return {};
  if (!request.options.key.empty()) return request.options.key;
  return environment_variable(k_run_key_variable)
      .value_or(request.program ? SlurmJob::read().key_of(request.program->own_words) : "");
}

/// Of several that one launch made; nothing where this is the only one.
std::optional<Rank> find_launched_rank(const StartRequest& request) {
  auto environment = JoinEnvironment::read();
  auto join = request.options.join;
  // Of `track run` each task of a step has one.
  if (request.program && SlurmJob::read().has_tasks()) {
    join = Join::automatic;
    environment.slurm_world_size.reset();
  }
  auto rank = find_rank(environment, join);
  if (rank && rank->labels.empty()) rank.reset();
  return rank;
}

void refuse_key(const std::string& key, const RunId& joined, Problems& problems) {
  problems.emplace_back(
      ErrorCode::conflict,
      fmt::format("cannot resume a run by key '{}': this process is part of run '{}'",
                  printable(key), joined.value),
      "give the key to what started that run: by TRACK_RUN_KEY, or track run --key");
}

}  // namespace

void settle_key(RunPlan& plan, const StartRequest& request, Problems& problems) {
  auto& identity = plan.identity;
  if (identity.joins != JoinReason::none) {
    if (!request.options.key.empty()) refuse_key(request.options.key, identity.id, problems);
    return;
  }
  const auto key = find_key(request);
  if (key.empty()) return;
  try {
    check_name("resume a run by key", key);
  } catch (const Error& error) {
    problems.push_back(error);
    return;
  }
  identity.id = run_of_key(plan.experiment, key);
  identity.keyed = true;
  if (identity.parent == identity.id) identity.parent.reset();
  if (auto rank = find_launched_rank(request)) {
    identity.rank = rank->number;
    identity.labels = std::move(rank->labels);
  }
}

bool yield_to_living(RunPlan& plan, Problems& problems) {
  auto& identity = plan.identity;
  // Ranks of one launch are in it together.
  if (!identity.keyed || !identity.labels.empty() || !plan.store) return false;
  const auto& layout = plan.store->layout;
  const auto is_member = [](const std::string& name) {
    return !name.ends_with(storage::k_forked_suffix);
  };
  if (storage::probe_files(layout.journals(), identity.id, is_member) != storage::Liveness::alive)
    return false;
  problems.emplace_back(
      ErrorCode::conflict,
      fmt::format("cannot resume run '{}': a process of it is still alive", identity.id.value),
      "this is recorded as a run of its own, its child");
  identity.parent = std::exchange(identity.id, RunId::random());
  identity.keyed = false;
  return true;
}

}  // namespace track::detail
