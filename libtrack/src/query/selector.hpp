#pragma once

#include <string_view>

#include "track/schemas/ids.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::detail {

/// The run that a selector of docs/cli.md names. Error{not_found, ambiguous, usage}.
[[nodiscard]] RunId resolve_run(const storage::Catalog& catalog, std::string_view selector);
/// By unique id prefix or unique name alone, among removed runs or those that are not.
[[nodiscard]] RunId resolve_word(const storage::Catalog& catalog, std::string_view word,
                                 bool removed);

}  // namespace track::detail
