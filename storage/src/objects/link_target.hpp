#pragma once

#include <cstdint>
#include <string_view>

namespace track::storage {

enum class LinkTarget : std::uint8_t {
  stays,     ///< whatever else is in the tree
  leaves,    ///< it names something outside
  doubtful,  ///< goes up after it went down: other links decide where that is
};

/// Where the target of a link goes that lies `depth` directories below the top of its tree.
[[nodiscard]] LinkTarget judge_link(std::string_view target, unsigned depth) noexcept;

}  // namespace track::storage
