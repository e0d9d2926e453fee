#pragma once

#include <cstdint>
#include <span>

namespace track::schemas {

/// Fills `bytes` from the operating system's random source; at most 256 of them.
///
/// Nothing is buffered, so that a forked child repeats nothing. Throws Error{io}.
void fill_random(std::span<std::uint8_t> bytes);

}  // namespace track::schemas
