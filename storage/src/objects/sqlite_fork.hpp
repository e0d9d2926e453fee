#pragma once

namespace track::storage {

/// Makes SQLite's memory usable in forked children.
///
/// Its global locks may be held by another thread at the moment of a fork, and would then be held
/// in the child for ever; from here on a fork waits for them. A child may so use databases in
/// memory; those in files stay the parent's alone. Call it before SQLite is used; idempotent.
void keep_sqlite_usable_over_fork();

}  // namespace track::storage
