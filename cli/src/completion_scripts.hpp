#pragma once

#include <string_view>

namespace track::cli {

/// What `shell` ("bash", "zsh" or "fish") must read to complete our commands.
/// Each asks `track __complete -- WORDS…` and shows its answer.
[[nodiscard]] std::string_view completion_script(std::string_view shell);

}  // namespace track::cli
