#include "diff/tree_diff.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "diff/text_diff.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

using storage::EntryType;
using storage::TreeEntry;

constexpr std::uint64_t k_text_limit = 1UL << 20;

bool same(const TreeEntry& a, const TreeEntry& b) {
  return a.type == b.type && a.digest == b.digest && a.target == b.target;
}

class Walk final {
 public:
  explicit Walk(const storage::ObjectStore& objects) : objects_(objects) {}

  void directories(const std::string& prefix, const Digest* left, const Digest* right) {
    std::map<std::string, std::pair<std::optional<TreeEntry>, std::optional<TreeEntry>>> names;
    if (left != nullptr) {
      for (auto& entry : objects_.read_tree(*left).entries)
        names[entry.name].first = std::move(entry);
    }
    if (right != nullptr) {
      for (auto& entry : objects_.read_tree(*right).entries)
        names[entry.name].second = std::move(entry);
    }
    for (const auto& [name, sides] : names) entry(prefix + name, sides.first, sides.second);
  }

  std::vector<TreeChange> take() {
    name_renames();
    return std::move(changes_);
  }

 private:
  static const Digest* directory_digest(const std::optional<TreeEntry>& entry) {
    return entry && entry->type == EntryType::directory ? &entry->digest : nullptr;
  }

  void entry(const std::string& path, const std::optional<TreeEntry>& left,
             const std::optional<TreeEntry>& right) {
    if (left && right && same(*left, *right)) return;
    const auto* left_directory = directory_digest(left);
    const auto* right_directory = directory_digest(right);
    if (left_directory != nullptr || right_directory != nullptr)
      directories(path + "/", left_directory, right_directory);
    const auto file = [](const std::optional<TreeEntry>& each) {
      return each && each->type != EntryType::directory ? each : std::nullopt;
    };
    const auto left_file = file(left);
    const auto right_file = file(right);
    if (!left_file && !right_file) return;
    const auto kind =
        !left_file ? ChangeKind::added : (!right_file ? ChangeKind::removed : ChangeKind::changed);
    changes_.push_back(
        {.path = path, .kind = kind, .left = left_file, .right = right_file, .renamed_from = {}});
  }

  /// An added file with the bytes of a removed one is the same file under another name.
  void name_renames() {
    std::multimap<Digest, std::string> removed;
    for (const auto& change : changes_) {
      if (change.kind == ChangeKind::removed && change.left->type != EntryType::symlink)
        removed.emplace(change.left->digest, change.path);
    }
    std::set<std::string> renamed;
    for (auto& change : changes_) {
      if (change.kind != ChangeKind::added || change.right->type == EntryType::symlink) continue;
      const auto found = removed.lower_bound(change.right->digest);
      if (found == removed.end() || found->first != change.right->digest) continue;
      change.renamed_from = found->second;
      renamed.insert(found->second);
      removed.erase(found);
    }
    std::erase_if(changes_, [&](const auto& change) {
      return change.kind == ChangeKind::removed && renamed.contains(change.path);
    });
  }

  const storage::ObjectStore& objects_;
  std::vector<TreeChange> changes_;
};

std::string_view type_name(const TreeEntry& entry) {
  switch (entry.type) {
    case EntryType::executable:
      return "executable";
    case EntryType::symlink:
      return "link";
    case EntryType::directory:
      return "directory";
    case EntryType::file:
      break;
  }
  return "file";
}

/// The bytes of one side as text; nothing where they are missing, too large or no file.
std::optional<std::string> text_of(const storage::ObjectStore& objects,
                                   const std::optional<TreeEntry>& entry) {
  if (!entry) return std::string();
  if (entry->type == EntryType::symlink) return entry->target + '\n';
  const auto info = objects.find(entry->digest);
  if (!info || info->size > k_text_limit) return std::nullopt;
  const auto bytes = objects.read_all(entry->digest, k_text_limit);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string size_of(const storage::ObjectStore& objects, const std::optional<TreeEntry>& entry) {
  if (!entry) return "nothing";
  const auto info = objects.find(entry->digest);
  return info ? fmt::format("{} bytes", info->size) : "bytes not kept";
}

/// Why the text of a side cannot be had.
std::string_view why_hidden(const storage::ObjectStore& objects, const TreeChange& change) {
  for (const auto* entry : {&change.left, &change.right}) {
    const bool file = *entry && (*entry)->type != EntryType::symlink;
    if (file && !objects.find((*entry)->digest)) return "not kept";
  }
  return "too large to show";
}

std::optional<Value> side(const std::optional<TreeEntry>& entry) {
  if (!entry) return std::nullopt;
  return Value(entry->type == EntryType::symlink ? entry->target : entry->digest.to_string());
}

}  // namespace

std::vector<TreeChange> diff_trees(const storage::ObjectStore& objects, const Digest& left,
                                   const Digest& right) {
  if (left == right) return {};
  Walk walk(objects);
  walk.directories("", &left, &right);
  return walk.take();
}

DiffEntry describe_change(const storage::ObjectStore& objects, const TreeChange& change) {
  DiffEntry entry;
  entry.name = change.path;
  entry.kind = change.kind;
  entry.left = side(change.left);
  entry.right = side(change.right);
  if (!change.renamed_from.empty()) {
    entry.kind = ChangeKind::changed;
    entry.left = Value(change.renamed_from);
    entry.right = Value(change.path);
    entry.detail = fmt::format("renamed from {}", change.renamed_from);
    return entry;
  }
  if (change.left && change.right && change.left->type != change.right->type) {
    entry.detail = fmt::format("{} became {}\n", type_name(*change.left), type_name(*change.right));
  }
  const auto left = text_of(objects, change.left);
  const auto right = text_of(objects, change.right);
  if (left && right && is_text(*left) && is_text(*right)) {
    entry.detail +=
        unified_diff(change.path, change.left ? &*left : nullptr, change.right ? &*right : nullptr);
  } else {
    const auto what = left && right ? "binary" : why_hidden(objects, change);
    entry.detail += fmt::format("{}, {} and {}", what, size_of(objects, change.left),
                                size_of(objects, change.right));
  }
  return entry;
}

}  // namespace track::detail
