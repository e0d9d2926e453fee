#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "store/locate.hpp"

namespace track::detail {

// Where runs go whose store cannot be used: a directory laid out as a store, one for each store
// that they were meant for, below $XDG_STATE_HOME/track/spool. What is laid down in a store's inbox
// is the same, and so is a copy of either.

/// $XDG_STATE_HOME or ~/.local/state, with "/track/spool".
[[nodiscard]] std::filesystem::path spool_root();
/// Opens the one for runs that are meant for `store`, making it where it is missing.
/// Error{permission} where others may write to it or it is another user's.
[[nodiscard]] OpenedStore open_spool(const std::filesystem::path& store);
/// The store that what lies in `root` is meant for; nothing where `root` is no such place.
[[nodiscard]] std::optional<std::filesystem::path> spool_target(const std::filesystem::path& root);

/// A spool and what it is for.
struct Spool {
  std::filesystem::path root;
  std::filesystem::path store;
  std::size_t runs = 0;
};
/// This user's spools that hold something. Those that may not be trusted are Error{permission}.
[[nodiscard]] std::vector<Spool> list_spools();
/// Of these, what waits for `store`, by whatever path.
[[nodiscard]] std::vector<Spool> spools_for(const std::filesystem::path& store);

/// Error{permission} where `directory` belongs to another user, or others may write to it.
void require_own_directory(const std::filesystem::path& directory);
/// A word of a POSIX shell.
[[nodiscard]] std::string shell_word(const std::filesystem::path& path);

}  // namespace track::detail
