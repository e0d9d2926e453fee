#pragma once

#include <functional>
#include <string>
#include <vector>

#include "render/table.hpp"
#include "render/terminal.hpp"
#include "track/store.hpp"

namespace track::cli {

/// One column of a listing of runs.
struct ListColumn {
  Column head;
  std::function<Cell(const RunRow&)> cell;
};

/// The column that `name` names: one of view `runs`, "duration", "param:NAME", "metric:NAME" or
/// "tag:NAME". Error{usage} on any other.
[[nodiscard]] ListColumn make_column(const std::string& name, Timestamp now);

/// What tells `rows` apart: id, name, state and start, experiment and kind where they differ, the
/// params that vary, and the metrics that have a goal or, where none has, the first three.
[[nodiscard]] std::vector<std::string> choose_columns(const std::vector<RunRow>& rows);

}  // namespace track::cli
