#include "objects/damage.hpp"

#include <optional>

#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

struct Needed {
  RecordKind kind;
  Digest id;
};

/// What an object names; nothing where its manifest cannot be read.
std::vector<Needed> needs(ObjectReader& reader, const RecordRow& row) {
  std::vector<Needed> named;
  try {
    if (row.kind == RecordKind::file) {
      for (const auto& chunk : reader.file(row).chunks) {
        named.push_back({RecordKind::chunk, chunk.id});
      }
      return named;
    }
    for (const auto& entry : reader.tree(row).manifest.entries) {
      if (entry.type == EntryType::symlink) continue;
      const bool tree = entry.type == EntryType::directory;
      named.push_back({tree ? RecordKind::tree : RecordKind::file, entry.digest});
    }
  } catch (const Error& e) {
    if (e.code() != ErrorCode::corrupt) throw;  // the pack it lies in was found already
  }
  return named;
}

}  // namespace

std::vector<Digest> objects_needing(PackedStore& store, const std::vector<RecordRow>& objects,
                                    const std::unordered_set<Digest>& damaged) {
  std::vector<Digest> hurt;
  if (damaged.empty()) return hurt;
  ObjectReader reader(store.index(), store.folder());
  auto bad = damaged;
  std::vector<const RecordRow*> pending;
  for (const auto& row : objects) {
    if (damaged.contains(row.id)) {
      hurt.push_back(row.id);
    } else {
      pending.push_back(&row);
    }
  }
  // A tree is hurt by the trees below it, so that the hurt spreads until nothing is added.
  for (bool spread = true; spread;) {
    spread = false;
    std::vector<const RecordRow*> untouched;
    for (const auto* row : pending) {
      bool touched = false;
      for (const auto& need : needs(reader, *row)) touched = touched || bad.contains(need.id);
      if (!touched) {
        untouched.push_back(row);
        continue;
      }
      hurt.push_back(row->id);
      spread = bad.insert(row->id).second || spread;
    }
    pending = std::move(untouched);
  }
  return hurt;
}

std::vector<std::pair<Digest, Digest>> incomplete_objects(
    PackedStore& store, const std::vector<RecordRow>& objects,
    const std::unordered_set<Digest>& damaged) {
  std::vector<std::pair<Digest, Digest>> incomplete;
  ObjectReader reader(store.index(), store.folder());
  for (const auto& row : objects) {
    if (damaged.contains(row.id)) continue;
    for (const auto& need : needs(reader, row)) {
      if (store.index().find(need.kind, need.id)) continue;
      incomplete.emplace_back(row.id, need.id);
      break;
    }
  }
  return incomplete;
}

}  // namespace track::storage
