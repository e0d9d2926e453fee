#pragma once

#include <string>
#include <string_view>

namespace track::detail {

/// Whether to show it as text: no NUL in its first 8,000 bytes, as git decides.
[[nodiscard]] bool is_text(std::string_view bytes) noexcept;

/// A unified diff with three lines of context; a side that is nullptr does not exist.
[[nodiscard]] std::string unified_diff(const std::string& path, const std::string* left,
                                       const std::string* right);

}  // namespace track::detail
