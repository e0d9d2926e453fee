#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/field.hpp"
#include "track/store.hpp"

namespace track::detail {

/// The text of a known field; nothing where it is not known or no text.
[[nodiscard]] std::optional<std::string> known_text(const RunDetails& run, Section section,
                                                    std::string_view name);
/// The value of a known boolean field.
[[nodiscard]] std::optional<bool> known_bool(const RunDetails& run, Section section,
                                             std::string_view name);
/// "section.name is …": why a field that is needed cannot be had.
[[nodiscard]] std::string why_unknown(const RunDetails& run, Section section,
                                      std::string_view name);

}  // namespace track::detail
