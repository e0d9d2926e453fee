#pragma once

#include <filesystem>

namespace track::detail {

/// Whether write_pointer() may be called. Error{usage} where a line of text cannot hold the store's
/// path; Error{conflict} where another store lies at `pointer`, or the file there names another.
void check_pointer(const std::filesystem::path& pointer, const std::filesystem::path& store);
/// Writes the file that says, at the place where a store would be looked for, where it is, and
/// keeps it out of what git would add. Nothing where that place is the store itself.
void write_pointer(const std::filesystem::path& pointer, const std::filesystem::path& store);

}  // namespace track::detail
