#pragma once

// The C API, by the library's own symbols or, in the loadable extension, by the table that the
// host hands over. What this header's includers compile into both must not name SQLiteCpp.

#ifdef TRACK_SQLITE_EXTENSION
#include <sqlite3ext.h>
extern "C" {
SQLITE_EXTENSION_INIT3
}
#else
#include <sqlite3.h>
#endif
