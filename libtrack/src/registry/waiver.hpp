#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/time.hpp"

namespace track::detail {

/// What a waiver's transition holds in its detail.
struct Waiver {
  std::string gate;
  Timestamp expires;
};

[[nodiscard]] std::string write_waiver(const Waiver& waiver);
/// Nothing where the text is not a waiver's.
[[nodiscard]] std::optional<Waiver> read_waiver(std::string_view detail);

}  // namespace track::detail
