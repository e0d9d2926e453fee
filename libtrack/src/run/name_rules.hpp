#pragma once

#include <string_view>

#include "track/schemas/labels.hpp"
#include "track/schemas/value.hpp"

namespace track::detail {

inline constexpr std::size_t k_max_name = 512;         ///< bytes
inline constexpr std::size_t k_max_text = 1UL << 20U;  ///< bytes of a value, tag or note

/// Throws Error{usage} `cannot <action> '<name>': <cause>` where a name is empty, not UTF-8, over
/// 512 bytes or holds control characters. What is quoted is made printable.
void check_name(std::string_view action, std::string_view name);
/// An artifact's name and the version that stands behind it, "last", "step=N" or "best:METRIC".
struct VersionedName {
  std::string_view name;
  std::string_view version;  ///< empty: none stands there
};
/// Takes "ckpt@step=9" apart. Any other '@' belongs to the name, as in "icon@2x.png".
[[nodiscard]] VersionedName split_version(std::string_view text) noexcept;

/// As check_name(), and a relative path that stays where it is put: no `..`, no `.`, no empty part,
/// no backslash. A name must not read as if it picked a version: it could not be told from one.
void check_artifact_name(std::string_view name);
/// UTF-8 without NUL, at most 1 MiB. `name` is whose text it is.
void check_text(std::string_view action, std::string_view name, std::string_view text);
/// check_text() for text, a parse for JSON.
void check_value(std::string_view action, std::string_view name, const Value& value);
void check_labels(std::string_view metric, const Labels& labels);

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// For a message: what is not printable is replaced, what is long is cut.
[[nodiscard]] std::string printable(std::string_view text);

/// An address without `user:password@`.
[[nodiscard]] std::string without_userinfo(std::string_view uri);

}  // namespace track::detail
