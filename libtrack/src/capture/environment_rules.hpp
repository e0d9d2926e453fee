#pragma once

#include <string_view>
#include <vector>

#include "store/store_config.hpp"
#include "track/schemas/field.hpp"

namespace track::detail {

/// The section whose agreement an allow-listed variable decides.
[[nodiscard]] Section environment_section(std::string_view name) noexcept;
/// The class of its field.
[[nodiscard]] FieldClass environment_class(std::string_view name) noexcept;
/// Whether a variable's value is captured: the built-in list and the store's `[env] allow`.
/// TRACK_ variables never are.
[[nodiscard]] bool environment_allowed(std::string_view name, const StoreConfig& config) noexcept;

}  // namespace track::detail
