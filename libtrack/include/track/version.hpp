#pragma once

#include <string_view>

#include "track/schemas/api.hpp"

namespace track {

/// The library's version, "1.2.3".
[[nodiscard]] TRACK_API std::string_view version() noexcept;

}  // namespace track
