#include "run/run_key.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "run/identity.hpp"
#include "track/storage/hash.hpp"

namespace track::detail {

RunId run_of_key(std::string_view experiment, std::string_view key) {
  constexpr std::string_view k_separator("\0", 1);  // stands in no name
  storage::Blake3 hash;
  hash.update(experiment);
  hash.update(k_separator);
  hash.update(key);
  const auto digest = hash.finish();
  std::array<std::uint8_t, 10> bits{};
  std::copy_n(digest.bytes.begin(), bits.size(), bits.begin());
  return RunId::from_bytes(bits);
}

SlurmJob SlurmJob::read() {
  const auto text = [](const char* name) { return environment_variable(name).value_or(""); };
  SlurmJob job{text("SLURM_CLUSTER_NAME"), text("SLURM_ARRAY_JOB_ID"), text("SLURM_ARRAY_TASK_ID"),
               text("SLURM_STEP_ID"), std::max(1, std::atoi(text("SLURM_STEP_NUM_TASKS").c_str()))};
  if (job.job.empty()) job.job = text("SLURM_JOB_ID");
  return job;
}

std::string SlurmJob::key_of(const std::vector<std::string>& words) const {
  if (!is_job()) return {};
  storage::Blake3 hash;
  for (const auto& word : words) {
    hash.update(word);
    hash.update(std::string_view("\0", 1));
  }
  return "slurm:" + cluster + "/" + job + "_" + task + "." + step + "/" + hash.finish().to_string();
}

}  // namespace track::detail
