#include "capture/code/tree_builder.hpp"

#include <algorithm>
#include <utility>

namespace track::detail {

TreeBuilder::Node& TreeBuilder::directory(std::string_view path) {
  auto* node = &top_;
  while (!path.empty()) {
    const auto slash = path.find('/');
    node = &node->directories[std::string(path.substr(0, slash))];
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return *node;
}

void TreeBuilder::add(std::string_view path, storage::TreeEntry entry) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  entry.name = std::string(name);
  auto& node =
      directory(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
  node.entries.insert_or_assign(std::string(name), std::move(entry));
}

void TreeBuilder::add_directory(std::string_view path) { directory(path); }

Digest TreeBuilder::store(storage::ObjectWriter& objects) const { return store(top_, objects); }

Digest TreeBuilder::store(const Node& node, storage::ObjectWriter& objects) {
  storage::TreeManifest manifest;
  for (const auto& [name, entry] : node.entries) {
    // A path may turn from file to directory while it is read: what was seen last is a directory.
    if (!node.directories.contains(name)) manifest.entries.push_back(entry);
  }
  for (const auto& [name, inner] : node.directories) {
    manifest.entries.push_back({name, storage::EntryType::directory, store(inner, objects), {}});
  }
  std::sort(manifest.entries.begin(), manifest.entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return objects.add_manifest(manifest).digest;
}

std::vector<std::string> TreeBuilder::directories() const {
  std::vector<std::string> all;
  list(top_, "", all);
  return all;
}

void TreeBuilder::list(const Node& node, const std::string& prefix, std::vector<std::string>& all) {
  for (const auto& [name, inner] : node.directories) {
    all.push_back(prefix + name);
    list(inner, prefix + name + "/", all);
  }
}

}  // namespace track::detail
