#pragma once

#include <iosfwd>

#include "render/terminal.hpp"
#include "track/store.hpp"

namespace track::cli {

/// One run: what it was, its params, seeds, metrics, artifacts and datasets, and of what was
/// captured the fields that say which experiment it was, or with `captured` all of them.
void print_details(const RunDetails& details, bool captured, Timestamp now, std::ostream& out,
                   const Terminal& terminal);

}  // namespace track::cli
