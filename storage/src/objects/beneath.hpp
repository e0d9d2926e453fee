#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "track/storage/file.hpp"

namespace track::storage {

/// Opens one name in a directory, never through a link, and never elsewhere: openat2 with
/// RESOLVE_BENEATH where the kernel has it. `path` is for the error.
[[nodiscard]] Fd open_beneath(int directory, const std::string& name, int flags, mode_t mode,
                              const std::filesystem::path& path);

/// Whether a path, its links followed, ends in `directory`; false also where that cannot be told,
/// because the kernel does not know or nothing is there.
[[nodiscard]] bool stays_beneath(int directory, const std::filesystem::path& path) noexcept;

}  // namespace track::storage
