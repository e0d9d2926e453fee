#include "objects/mark.hpp"

namespace track::storage {

void Reachable::add(const DigestSet& roots) {
  for (const auto& root : roots) add(root);
}

void Reachable::add(const Digest& root) {
  pending_.push_back(root);
  while (!pending_.empty()) {
    const auto id = pending_.back();
    pending_.pop_back();
    if (objects_.contains(id)) continue;
    const auto row = index_.find_object(id);
    if (!row) continue;
    objects_.insert(id);
    if (row->kind == RecordKind::file) {
      for (const auto& chunk : reader_.file(*row).chunks) chunks_.insert(chunk.id);
      continue;
    }
    for (const auto& entry : reader_.tree(*row).manifest.entries) {
      if (entry.type != EntryType::symlink) pending_.push_back(entry.digest);
    }
  }
}

bool Reachable::contains(const RecordRow& row) const {
  return row.kind == RecordKind::chunk ? chunks_.contains(row.id) : objects_.contains(row.id);
}

}  // namespace track::storage
