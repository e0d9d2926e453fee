#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// A small file of /proc or /sys without its last line end; nothing where it cannot be read.
/// What lies beyond 1 MiB is not read.
[[nodiscard]] std::optional<std::string> read_system_text(const std::filesystem::path& path);

/// The text after `key` and a colon on a line of its own, trimmed.
[[nodiscard]] std::optional<std::string> find_line(std::string_view text, std::string_view key);

/// The value of a variable in "NAME=value" lines.
[[nodiscard]] std::optional<std::string> find_variable(const std::vector<std::string>& environment,
                                                       std::string_view name);

[[nodiscard]] std::optional<long long> parse_integer(std::string_view text) noexcept;

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// Text that may be any bytes, in a form that JSON and people can read: UTF-8 as it is, other
/// bytes as "\xNN".
[[nodiscard]] std::string escape_bytes(std::string_view bytes);

}  // namespace track::detail
