#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace track::storage::journal {

/// A file in `directory` that vanishes with its last descriptor; -1, with errno, where the file
/// system has none.
[[nodiscard]] int open_nameless(const std::filesystem::path& directory, mode_t mode) noexcept;
/// Gives it a name that nobody else has. False, with errno, where that failed.
[[nodiscard]] bool name_nameless(int fd, const std::filesystem::path& path);

/// Beyond the limit the kernel would send SIGXFSZ, which kills by default.
[[nodiscard]] bool exceeds_file_size_limit(std::uint64_t size) noexcept;

}  // namespace track::storage::journal
