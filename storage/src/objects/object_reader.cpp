#include "objects/object_reader.hpp"

#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

[[noreturn]] void corrupt(const Digest& id, const std::string& problem) {
  throw Error(ErrorCode::corrupt, "cannot read '" + id.to_string() + "': " + problem);
}

}  // namespace

const Record& ObjectReader::read(const RecordRow& row) {
  RecordRow at = row;
  for (int attempt = 0;; ++attempt) {
    const auto pack = index_.find_pack(at.pack);
    const auto* reader = pack ? folder_.open(pack->name) : nullptr;
    if (reader != nullptr) {
      reader->read(at.offset, at.length, record_);
      if (record_.header.kind == row.kind && record_.header.id == row.id) return record_;
      corrupt(row.id, "pack '" + reader->path().string() + "' holds another record at " +
                          std::to_string(at.offset));
    }
    // gc may have rewritten the pack since the row was read.
    const auto moved = index_.find(row.kind, row.id);
    if (!moved || attempt > 0) {
      corrupt(row.id, pack ? "pack '" + folder_.path_of(pack->name).string() + "' is gone"
                           : std::string("its pack is gone"));
    }
    at = *moved;
  }
}

FileManifest ObjectReader::file(const RecordRow& row) { return decode_file(read(row).plain); }

TreeRecord ObjectReader::tree(const RecordRow& row) { return decode_tree_record(read(row).plain); }

void ObjectReader::stream(const RecordRow& row,
                          const std::function<void(std::span<const std::byte>)>& sink) {
  const auto manifest = file(row);
  const auto& chunks = manifest.chunks;
  // A single chunk is the file, so that its digest is checked before anything is handed out.
  if (chunks.size() == 1 && chunks.front().id != row.id) corrupt(row.id, "its manifest lies");
  Blake3 whole;
  for (const auto& chunk : chunks) {
    const auto found = index_.find(RecordKind::chunk, chunk.id);
    if (!found) corrupt(row.id, "its chunk '" + chunk.id.to_string() + "' is missing");
    const auto& plain = read(*found).plain;
    if (plain.size() != chunk.length) corrupt(row.id, "its manifest lies about a length");
    if (chunks.size() > 1) whole.update(plain);
    sink(plain);
  }
  if (chunks.size() != 1 && whole.finish() != row.id) {
    corrupt(row.id, "its chunks make another file");
  }
}

bool ObjectReader::revive(RecordKind kind, const Digest& id, unsigned depth) {
  const auto row = index_.find(kind, id);
  if (!row || depth > k_deepest_tree) return false;
  if (!row->condemned) return true;
  bool all = true;
  if (kind == RecordKind::file) {
    for (const auto& chunk : file(*row).chunks) {
      all = index_.revive(RecordKind::chunk, chunk.id) && all;
    }
  } else if (kind == RecordKind::tree) {
    for (const auto& entry : tree(*row).manifest.entries) {
      if (entry.type == EntryType::symlink) continue;
      const auto below = entry.type == EntryType::directory ? RecordKind::tree : RecordKind::file;
      all = revive(below, entry.digest, depth + 1) && all;
    }
  }
  return all && index_.revive(kind, id);
}

}  // namespace track::storage
