#pragma once

#include <memory>

#include "track/schemas/ids.hpp"

namespace track::detail {

class RunCore;

// A fork, an exit and an uncaught exception concern every open run of the process, and reach only
// handlers without an argument. So there is one list of the open runs for all of them.

/// Adds a run whose journal is open to the list, and sets the handlers when it is the first.
///
/// Call it after the journal was opened: handlers before a fork run in reverse order, and so take
/// the run's lock before the journal's, as every other thread does.
void enlist(const std::shared_ptr<RunCore>& run);
void delist(const RunCore* run) noexcept;

/// Asks to be told of exit() before whatever was registered so far, destructors of static objects
/// included. A static Run registers its own just after start_run(): call this again when the run
/// is first used, or its destructor comes first and takes exit(3) for an end in order.
void watch_exit() noexcept;

/// Notes that this process takes part in `run`; false where it was noted before.
[[nodiscard]] bool claim_joining(const RunId& run);

}  // namespace track::detail
