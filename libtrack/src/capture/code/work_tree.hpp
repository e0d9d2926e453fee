#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// What a path of the work tree is to its repository.
enum class FileClass : std::uint8_t { tracked, modified, staged, untracked, plain };

[[nodiscard]] std::string_view to_string(FileClass file_class) noexcept;

/// A path relative to the code root, its bytes as the file system has them.
using WorkFiles = std::map<std::string, FileClass>;

struct LeftOut {
  std::uint64_t size = 0;
  std::string why;
  bool by_choice = false;  ///< the snapshot is complete without it
};

struct Submodule {
  std::string path;
  std::string recorded;             ///< commit that the repository around it names
  std::optional<std::string> head;  ///< commit that is checked out; nothing: not initialised
  bool dirty = false;
};

/// The files that a snapshot takes.
struct WorkTree {
  WorkFiles files;
  std::vector<std::string> empty_directories;
  std::map<std::string, LeftOut> left_out;
  std::vector<Submodule> submodules;
  bool dirty = false;
};

/// What git tracks and what it would offer to add, submodules and repositories within included.
/// Throws Error.
[[nodiscard]] WorkTree list_git_files(const std::filesystem::path& root);

/// Everything below a directory but repositories' own folders and stores.
[[nodiscard]] WorkTree list_directory(const std::filesystem::path& root);

/// A component that is never code: git's folder, and a store or the file that points to one.
[[nodiscard]] bool is_never_code(std::string_view name) noexcept;

/// Whether a directory is a store, whatever its name. It must not even be read: closing a file
/// that SQLite has open elsewhere in this process drops SQLite's locks on it.
[[nodiscard]] bool is_store(const std::filesystem::path& directory);

}  // namespace track::detail
