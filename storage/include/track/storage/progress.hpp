#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace track::storage {

/// Called now and then by work that may take long; `total` 0 means unknown.
/// Answering false asks it to stop: it then throws Error{inconclusive}.
using Progress = std::function<bool(std::string_view what, std::uint64_t done, std::uint64_t total)>;

}  // namespace track::storage
