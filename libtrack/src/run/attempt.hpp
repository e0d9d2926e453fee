#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "track/schemas/ids.hpp"
#include "track/schemas/time.hpp"

namespace track::detail {

/// What a journal says which attempt it belongs to; they are ordered by it and numbered by readers.
/// Of a run without a key it is 1, and of one with a key the time at which the attempt began, in
/// milliseconds: nobody needs to know those before.
inline constexpr std::int64_t k_only_attempt = 1;

/// Names the launch that this process is part of, so that its ranks agree on an attempt without
/// talking to each other: by SLURM's job, step and restart, else by the process that started them,
/// which ranks of one machine share; and by torchrun's count of restarts.
[[nodiscard]] std::string launch_token();

/// A new attempt: `now`, or just after the latest in the journal where another clock was ahead.
[[nodiscard]] std::int64_t next_attempt(const std::filesystem::path& journal, Timestamp now);

/// The attempt of a launch: a new one for the first of its ranks to ask in this journal, and the
/// same for the others. Throws Error{io, no_space, permission}.
[[nodiscard]] std::int64_t attempt_of_launch(const std::filesystem::path& journal,
                                             const std::string& launch, Timestamp now, mode_t mode);

/// The attempt that TRACK_RUN_ATTEMPT names, else the latest in the journal.
[[nodiscard]] std::int64_t attempt_to_join(const std::filesystem::path& journal);

}  // namespace track::detail
