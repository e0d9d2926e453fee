#pragma once

#include <filesystem>
#include <string_view>

#include "track/schemas/error.hpp"

namespace track::storage {

/// The code by which a caller would tell `error` (an errno) from others.
[[nodiscard]] ErrorCode errno_code(int error) noexcept;

/// Throws `cannot <action> '<path>': <what the system says of error>`.
[[noreturn]] void throw_errno(std::string_view action, const std::filesystem::path& path,
                              int error);

}  // namespace track::storage
