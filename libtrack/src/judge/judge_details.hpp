#pragma once

#include "track/diff.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/store.hpp"

namespace track::detail {

/// judge() on records already read; `catalog` gives the points.
[[nodiscard]] JudgeReport judge_details(const storage::Catalog& catalog, const RunDetails& original,
                                        const RunDetails& other, const JudgeOptions& options);

}  // namespace track::detail
