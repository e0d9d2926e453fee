#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// Makes a tree of manifests from a flat list of paths.
class TreeBuilder final {
 public:
  /// `entry`'s name is set from the path. A path below one that is a file is left out.
  void add(std::string_view path, storage::TreeEntry entry);
  void add_directory(std::string_view path);
  /// Stores every manifest, from the leaves up; the digest of the whole tree.
  [[nodiscard]] Digest store(storage::ObjectWriter& objects) const;
  /// Of every directory below the top, sorted.
  [[nodiscard]] std::vector<std::string> directories() const;

 private:
  struct Node {
    std::map<std::string, Node, std::less<>> directories;
    std::map<std::string, storage::TreeEntry, std::less<>> entries;
  };

  Node& directory(std::string_view path);
  static Digest store(const Node& node, storage::ObjectWriter& objects);
  static void list(const Node& node, const std::string& prefix, std::vector<std::string>& all);

  Node top_;
};

}  // namespace track::detail
