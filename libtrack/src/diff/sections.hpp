#pragma once

#include "track/schemas/judge_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/store.hpp"

// One function a section of a diff.

namespace track::detail {

[[nodiscard]] DiffSection diff_code(const RunDetails& left, const RunDetails& right,
                                    const storage::ObjectStore& objects);
[[nodiscard]] DiffSection diff_inputs(const RunDetails& left, const RunDetails& right,
                                      const storage::ObjectStore& objects);
[[nodiscard]] DiffSection diff_params(const RunDetails& left, const RunDetails& right);
[[nodiscard]] DiffSection diff_seeds(const RunDetails& left, const RunDetails& right);
[[nodiscard]] DiffSection diff_metrics(const RunDetails& left, const RunDetails& right,
                                       const storage::Catalog& catalog);
[[nodiscard]] DiffSection diff_artifacts(const RunDetails& left, const RunDetails& right);
[[nodiscard]] DiffSection diff_program(const RunDetails& left, const RunDetails& right);
/// invocation, software, numerics, threads and distributed.
[[nodiscard]] DiffSection diff_environment(const RunDetails& left, const RunDetails& right);
[[nodiscard]] DiffSection diff_hardware(const RunDetails& left, const RunDetails& right);
[[nodiscard]] DiffSection diff_resources(const RunDetails& left, const RunDetails& right);

}  // namespace track::detail
