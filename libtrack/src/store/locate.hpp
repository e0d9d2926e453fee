#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/store_config.hpp"
#include "track/storage/store_layout.hpp"

namespace track::detail {

/// A store that was found or made.
struct OpenedStore {
  storage::StoreLayout layout;
  StoreConfig config;
  bool made = false;  ///< by this call, rather than found
  /// Set where it is a spool or lies in an inbox: the store that ingest will move it to.
  std::optional<std::filesystem::path> spool_of;
};

/// `given`, TRACK_STORE, the nearest .track upwards (a directory, or a file that points to one;
/// git worktrees share the main one), the user's config. Nothing where there is none.
[[nodiscard]] std::optional<std::filesystem::path> locate_store(const std::filesystem::path& given);
/// Where the store lies that a run is meant for, be there one or not: what locate_store() finds,
/// the target of a pointer though it is missing, else where a new one would be made.
[[nodiscard]] std::filesystem::path intended_store(const std::filesystem::path& given);
/// Where a new one would be made: the git top level, else the working directory.
/// Error{refused} where that is $HOME, / or a temporary directory.
[[nodiscard]] std::filesystem::path default_store_path();
/// Makes a store; an existing one is opened. Error{usage} where `shared` is asked of one that is
/// private, or another group's.
[[nodiscard]] OpenedStore create_store(const std::filesystem::path& at, bool shared,
                                       const std::string& group);
/// Checks permissions and format.
[[nodiscard]] OpenedStore open_store(const std::filesystem::path& root);

/// Whether questions leave the catalog as it is: by its settings, where locks and maps are not to
/// be trusted, and where runs only wait for another store.
[[nodiscard]] bool defers_ingest(const OpenedStore& store);

/// The directory of the work tree or repository that holds `path`; nothing outside of git.
[[nodiscard]] std::optional<std::filesystem::path> git_top_level(const std::filesystem::path& path);

/// `path`, or the store that the file there points to. Error{not_found} where that is none.
[[nodiscard]] std::filesystem::path follow_pointer(const std::filesystem::path& path);

/// What the pointer file there names, be it a store or not; nothing where there is no such file.
[[nodiscard]] std::optional<std::filesystem::path> pointer_target(
    const std::filesystem::path& pointer);
/// The store that TRACK_STORE names, made or not.
[[nodiscard]] std::optional<std::filesystem::path> store_of_environment();

/// $XDG_CONFIG_HOME or ~/.config, with "/track".
[[nodiscard]] std::filesystem::path user_config_directory();
/// $XDG_STATE_HOME or ~/.local/state, with "/track".
[[nodiscard]] std::filesystem::path user_state_directory();

}  // namespace track::detail
