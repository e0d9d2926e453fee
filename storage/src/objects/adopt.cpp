#include "objects/adopt.hpp"

#include <unordered_map>
#include <unordered_set>

#include "objects/file_manifest.hpp"
#include "objects/object_reader.hpp"
#include "objects/progress_report.hpp"
#include "objects/tree_record.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

class Adopter final {
 public:
  Adopter(Index& index, PackFolder& folder, Known known)
      : index_(index), folder_(folder), objects_(index, folder), known_(known) {}

  bool enter(const Uuid& name);
  void enter_objects();

 private:
  struct Tree {
    RecordRow row;
    std::vector<Digest> files;
    std::vector<Digest> trees;
  };

  void add(std::int64_t pack, const PackReader& reader, const TableEntry& entry);
  void add_file(RecordRow row, const PackReader& reader);
  void add_tree(RecordRow row, const PackReader& reader);
  bool complete(const Digest& id, unsigned depth = 0);

  Index& index_;
  PackFolder& folder_;
  ObjectReader objects_;
  Known known_;
  Record record_;
  std::vector<std::pair<RecordRow, std::vector<Digest>>> files_;
  std::unordered_map<Digest, Tree> trees_;
  std::unordered_set<Digest> visited_;
};

bool Adopter::enter(const Uuid& name) {
  // Looked at again inside the transaction: somebody else may have entered it, or be about to
  // take its file away.
  if (const auto row = index_.find_pack(name); row && (known_ == Known::skipped || row->gone))
    return false;
  try {
    const auto* reader = folder_.open(name);
    if (reader == nullptr) return false;  // swept since it was listed
    const auto trailer = reader->trailer();
    auto table = reader->table();
    const bool whole = table.has_value();
    if (!whole) table = reader->scan();
    const auto pack = index_.put_pack(name, reader->bytes(),
                                      whole ? std::optional(trailer->digest) : std::nullopt);
    for (const auto& entry : *table) add(pack, *reader, entry);
    return true;
  } catch (const Error& e) {
    // verify names it; what else is in the store must stay readable.
    if (e.code() == ErrorCode::corrupt || e.code() == ErrorCode::unsupported) return false;
    throw;
  }
}

void Adopter::add(std::int64_t pack, const PackReader& reader, const TableEntry& entry) {
  RecordRow row;
  row.kind = entry.kind;
  row.id = entry.id;
  row.pack = pack;
  row.offset = entry.offset;
  row.length = entry.length;
  row.size = entry.raw_length;
  if (entry.kind == RecordKind::chunk) {
    index_.put(row);
    return;
  }
  try {
    if (entry.kind == RecordKind::file) {
      add_file(row, reader);
    } else {
      add_tree(row, reader);
    }
  } catch (const Error& e) {
    if (e.code() != ErrorCode::corrupt) throw;  // one broken manifest must not hide the others
  }
}

void Adopter::add_file(RecordRow row, const PackReader& reader) {
  reader.read(row.offset, row.length, record_);
  const auto manifest = decode_file(record_.plain);
  row.size = manifest.size;
  row.files = 1;
  std::vector<Digest> chunks;
  chunks.reserve(manifest.chunks.size());
  for (const auto& chunk : manifest.chunks) chunks.push_back(chunk.id);
  files_.emplace_back(row, std::move(chunks));
}

void Adopter::add_tree(RecordRow row, const PackReader& reader) {
  reader.read(row.offset, row.length, record_);
  const auto record = decode_tree_record(record_.plain);
  Tree tree;
  row.size = record.size;
  row.files = record.files;
  tree.row = row;
  for (const auto& entry : record.manifest.entries) {
    if (entry.type == EntryType::directory) {
      tree.trees.push_back(entry.digest);
    } else if (entry.type != EntryType::symlink) {
      tree.files.push_back(entry.digest);
    }
  }
  trees_.emplace(row.id, std::move(tree));
}

// What is named is revived with what names it: a live object never stands on condemned records.
void Adopter::enter_objects() {
  for (const auto& [row, chunks] : files_) {
    bool all = true;
    for (const auto& chunk : chunks) all = index_.revive(RecordKind::chunk, chunk) && all;
    if (all) index_.put(row);
  }
  for (const auto& [id, tree] : trees_) (void)complete(id);
}

bool Adopter::complete(const Digest& id, unsigned depth) {
  const auto found = trees_.find(id);
  if (depth > k_deepest_tree) return false;
  if (found == trees_.end() || !visited_.insert(id).second) {
    return objects_.revive(RecordKind::tree, id);
  }
  bool all = true;
  for (const auto& file : found->second.files) all = objects_.revive(RecordKind::file, file) && all;
  for (const auto& tree : found->second.trees) all = complete(tree, depth + 1) && all;
  if (all) index_.put(found->second.row);
  return all;
}

}  // namespace

std::size_t adopt_packs(Index& index, PackFolder& folder, const std::vector<Uuid>& packs,
                        const Progress& progress, Known known) {
  Adopter adopter(index, folder, known);
  std::size_t entered = 0;
  std::uint64_t done = 0;
  for (const auto& pack : packs) {
    if (adopter.enter(pack)) ++entered;
    report(progress, "reading packs", ++done, packs.size());
  }
  adopter.enter_objects();
  return entered;
}

}  // namespace track::storage
