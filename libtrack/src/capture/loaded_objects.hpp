#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace track::detail {

/// A shared object as a program has it.
struct LoadedObject {
  std::string name;  ///< soname, as the file's name has it
  std::filesystem::path path;
  std::optional<std::string> build_id;
};

/// Those of this process; the program itself, the vDSO and a shared libtrack left out.
[[nodiscard]] std::vector<LoadedObject> loaded_objects();

/// Those mapped into another process, given its directory in /proc; a shared libtrack left out.
/// Error{not_found} where it has ended, Error{permission} where it cannot be looked at.
[[nodiscard]] std::vector<LoadedObject> mapped_objects(const std::filesystem::path& process);

/// Those that the loader would load to start a program, found as it finds them: LD_PRELOAD, run
/// paths, LD_LIBRARY_PATH, the loader's cache and default folders. What cannot be found has an
/// empty path.
[[nodiscard]] std::vector<LoadedObject> linked_objects(const std::filesystem::path& program,
                                                       const std::vector<std::string>& environment);

}  // namespace track::detail
