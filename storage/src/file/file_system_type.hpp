#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace track::storage {

/// Whether locks, mmap and fallocate can be trusted on a file system of this type, by its magic
/// number in statfs(2): a list of those that are known. What is not on it is not trusted.
[[nodiscard]] bool is_local_type(std::uint32_t type) noexcept;

/// Tells the type of the file system at a path; answers 0, or the errno of why it cannot.
using AskType = std::function<int(const std::filesystem::path& path, std::uint32_t& type)>;

/// is_local_file_system() by another's word.
[[nodiscard]] bool is_local_file_system(const std::filesystem::path& path,
                                        const AskType& ask) noexcept;

}  // namespace track::storage
