#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace track::detail {

/// A name of a model or an alias: letters, digits, '.', '_' and '-', at most 128. Throws
/// Error{usage}.
void check_registry_name(std::string_view what, std::string_view name);

/// "MODEL@ALIAS" or "MODEL/VERSION".
struct VersionSelector {
  std::string model;
  std::string alias;  ///< empty where a version is given
  std::optional<std::int64_t> version;
};
/// Throws Error{usage} on anything else.
[[nodiscard]] VersionSelector parse_version_selector(std::string_view text);

/// The reason for a change, as it is kept: secrets redacted by look. Throws Error{usage} where
/// nothing is said; `action` completes "cannot …".
[[nodiscard]] std::string kept_reason(std::string_view reason, std::string_view action);

/// `given`, else TRACK_ACTOR, else the user's name. It is a claim: nobody is authenticated.
[[nodiscard]] std::string actor_or_default(std::string_view given);

}  // namespace track::detail
