#pragma once

#include <string_view>

namespace track::detail {

/// In journals/<run>/: what the program has printed so far, until it is stored as an artifact.
inline constexpr std::string_view k_output_file = "output.log";

}  // namespace track::detail
