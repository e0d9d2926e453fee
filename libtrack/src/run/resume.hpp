#pragma once

#include <vector>

#include "run/run_start.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {

/// What is wrong before there is a run to count it in.
using Problems = std::vector<Error>;

/// Makes `plan` the run that its key names in its experiment, where one was given: by the caller,
/// by TRACK_RUN_KEY, or for `track run` by SLURM.
void settle_key(RunPlan& plan, const StartRequest& request, Problems& problems);

/// Makes `plan` a run of its own, the child of the one that its key names, where a process of this
/// machine is still in that: two that go on from one checkpoint are two runs. Answers whether it
/// did.
bool yield_to_living(RunPlan& plan, Problems& problems);

}  // namespace track::detail
