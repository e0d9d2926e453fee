#pragma once

#include <string>
#include <string_view>

namespace track::storage {

/// A name that nobody else has taken, hidden, telling what it is for.
[[nodiscard]] std::string temporary_name(std::string_view stem);

}  // namespace track::storage
