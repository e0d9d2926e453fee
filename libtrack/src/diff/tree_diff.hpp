#pragma once

#include <optional>
#include <string>
#include <vector>

#include "track/schemas/judge_reports.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// One path that differs between two trees.
struct TreeChange {
  std::string path;
  ChangeKind kind = ChangeKind::changed;
  std::optional<storage::TreeEntry> left;
  std::optional<storage::TreeEntry> right;
  std::string renamed_from;  ///< of an added file: a removed one with the same digest
};

/// Walks both trees down to what differs; directories of equal digest are never opened.
[[nodiscard]] std::vector<TreeChange> diff_trees(const storage::ObjectStore& objects,
                                                 const Digest& left, const Digest& right);

/// The change as an entry of a report, with a unified diff where both sides are text.
[[nodiscard]] DiffEntry describe_change(const storage::ObjectStore& objects,
                                        const TreeChange& change);

}  // namespace track::detail
