#pragma once

#include <optional>
#include <string_view>

#include "registry/signing_key.hpp"

namespace track::detail {

/// The key that `key` names by name or id; where it is empty TRACK_SIGNING_KEY_FILE, else the only
/// key. Error{not_found, ambiguous, permission}.
[[nodiscard]] SigningKey find_signing_key(std::string_view key);
/// The public key of an id, from this user's ring.
[[nodiscard]] std::optional<Ed25519Public> find_public_key(std::string_view id);

}  // namespace track::detail
