#pragma once

#include <filesystem>

namespace track::detail {

/// The directory that holds the code a program in `working_directory` runs from: the nearest one
/// upwards with a .git, else the working directory itself.
[[nodiscard]] std::filesystem::path find_code_root(const std::filesystem::path& working_directory);

/// Whether it is a repository without a work tree.
[[nodiscard]] bool is_bare_repository(const std::filesystem::path& directory);

/// Where git keeps what belongs to the work tree at `root`; follows a .git file.
[[nodiscard]] std::filesystem::path git_directory(const std::filesystem::path& root);
/// Where git keeps what work trees of one repository share.
[[nodiscard]] std::filesystem::path git_common_directory(
    const std::filesystem::path& git_directory);

}  // namespace track::detail
