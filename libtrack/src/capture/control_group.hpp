#pragma once

#include <cstdint>
#include <optional>

namespace track::detail {

/// The smallest quota of this process's control groups, in processors; nothing where none is set.
[[nodiscard]] std::optional<double> cpu_quota();
/// The smallest memory limit, in bytes.
[[nodiscard]] std::optional<std::uint64_t> memory_limit();

}  // namespace track::detail
