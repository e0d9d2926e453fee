#pragma once

// The whole library.

#include "track/command.hpp"        // IWYU pragma: export
#include "track/config.hpp"         // IWYU pragma: export
#include "track/diff.hpp"           // IWYU pragma: export
#include "track/registry.hpp"       // IWYU pragma: export
#include "track/replay.hpp"         // IWYU pragma: export
#include "track/run.hpp"            // IWYU pragma: export
#include "track/schemas/error.hpp"  // IWYU pragma: export
#include "track/store.hpp"          // IWYU pragma: export
#include "track/version.hpp"        // IWYU pragma: export
