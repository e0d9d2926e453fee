#pragma once

/// Marks what the shared library exports. Everything else is built hidden.
#define TRACK_API __attribute__((visibility("default")))
