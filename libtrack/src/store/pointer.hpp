#pragma once

#include <filesystem>

namespace track::detail {

/// Writes the file that says, at the place where a store would be looked for, where it is, and
/// keeps it out of what git would add. Nothing where that place is the store itself;
/// Error{conflict} where another store lies there.
void write_pointer(const std::filesystem::path& pointer, const std::filesystem::path& store);

}  // namespace track::detail
