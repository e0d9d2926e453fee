#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/ids.hpp"

namespace track::detail {

/// The run that a key names in an experiment, the same everywhere: the first 80 bits of BLAKE3 over
/// the experiment, a zero byte and the key.
[[nodiscard]] RunId run_of_key(std::string_view experiment, std::string_view key);

/// What SLURM says of the job that this process is in.
struct SlurmJob {
  std::string cluster;
  std::string job;   ///< of an array: of the whole array
  std::string task;  ///< of an array; empty: none
  std::string step;  ///< empty: the batch script itself
  int tasks = 1;     ///< of the step

  /// Nothing in `job` outside of SLURM.
  [[nodiscard]] static SlurmJob read();
  [[nodiscard]] bool is_job() const noexcept { return !job.empty(); }
  /// Whether it is a step of several tasks.
  [[nodiscard]] bool has_tasks() const noexcept { return !step.empty() && tasks > 1; }
  /// The same for what the job runs again once it was requeued. `words` tell it from what else the
  /// job runs: each is a run of its own. Empty outside of SLURM.
  [[nodiscard]] std::string key_of(const std::vector<std::string>& words) const;
};

}  // namespace track::detail
