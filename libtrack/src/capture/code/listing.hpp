#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/digest.hpp"
#include "track/schemas/field.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// One path of a snapshot, as the listing has it.
struct ListedPath {
  std::string path;        ///< bytes as the file system has them
  std::string file_class;  ///< "tracked", "modified", "staged", "untracked", "plain", "directory",
                           ///< "submodule", "symlink", "skipped"
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;
  std::optional<Digest> digest;
  std::string target;  ///< of a symlink
  std::string why;     ///< of what was skipped
  bool by_choice = false;
  bool torn = false;
};

/// The JSON document of a listing; docs/formats.md describes it.
[[nodiscard]] std::string encode_listing(const std::vector<ListedPath>& paths);
/// The reverse, for untrusted bytes; throws Error{corrupt}.
[[nodiscard]] std::vector<ListedPath> decode_listing(std::string_view text);
/// The listing of a run's snapshot; empty where it has none.
[[nodiscard]] std::vector<ListedPath> read_listing(const std::vector<CapturedField>& fields,
                                                   const storage::ObjectStore& objects);

}  // namespace track::detail
