#pragma once

#include <optional>
#include <string>

#include "replay/plan.hpp"
#include "store/store_config.hpp"
#include "track/storage/store_layout.hpp"

// What make_plan() checks, a file a subject. Each adds to the plan and to its refusals.

namespace track::detail {

/// The end of the original, its ranks, and whose store it is.
void check_record(ReplayPlan& plan, Store& store, const ReplayOptions& options);
/// Why a run that died cannot be replayed at all: its death came before what it was had been
/// captured. Nothing where all of it is there.
[[nodiscard]] std::optional<std::string> find_cut_capture(const RunDetails& original);
void check_code(ReplayPlan& plan, Store& store);
void check_program(ReplayPlan& plan, Store& store);
void check_invocation(ReplayPlan& plan, const ReplayOptions& options);
void check_inputs(ReplayPlan& plan, Store& store, const ReplayOptions& options);
void check_seeds(ReplayPlan& plan);
/// Absolute paths that point below the recorded code root, where the fresh copy is not.
void check_paths(ReplayPlan& plan, const ReplayOptions& options);
void check_levels(ReplayPlan& plan, const ReplayOptions& options, const StoreConfig& config,
                  const storage::StoreLayout& layout);

}  // namespace track::detail
