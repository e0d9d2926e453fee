#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "track/schemas/api.hpp"

namespace track {

// The settings of a store, by "section.key", their values as TOML. The catalog is not opened.
//
// Errors: Error{not_found} where there is no store, {usage} for an unknown key or a value that it
// cannot have, {corrupt} naming the line of a file that cannot be read.

/// All settings, those at their default too. `store` empty: TRACK_STORE, the nearest .track
/// upwards, the user's config.
[[nodiscard]] TRACK_API std::map<std::string, std::string> list_config(
    const std::filesystem::path& store = {});

/// Sets one, and keeps the rest of the file as it is.
TRACK_API void set_config(const std::filesystem::path& store, const std::string& key,
                          const std::string& value);

}  // namespace track
