#include "objects/packed_writer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "objects/tree_scan.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {

PackedWriter::PackedWriter(PackedStore& store)
    : store_(store),
      owner_(::getpid()),
      with_index_(store.without_index().empty()),
      // The epoch is read before the lease can be seen: too low a one only protects more.
      lease_(store.layout(), with_index_ ? store.index().epoch() : 0),
      reader_(store.index(), store.folder()) {
  stage_.emplace(store.folder(), lease_.name() + ".", !with_index_,
                 store.options().free_space_floor);
}

PackedWriter::~PackedWriter() = default;

std::unique_ptr<ObjectWriter::Batch> PackedWriter::begin_batch() {
  class ViewBatch final : public Batch {
   public:
    explicit ViewBatch(Index& index) : view_(index) {}

   private:
    Index::View view_;
  };
  return std::make_unique<ViewBatch>(store_.index());
}

void PackedWriter::check_open() const {
  const char* problem = owner_ != ::getpid() ? "it was begun before this process was forked"
                        : committed_         ? "it is committed already"
                                             : nullptr;
  if (problem != nullptr) {
    throw Error(ErrorCode::usage, "cannot store in '" + store_.layout().objects().string() +
                                      "' with this writer: " + problem);
  }
}

// `plain`: it is no link, which may lead anywhere; then its directory tells.
void PackedWriter::refuse_inside_store(const std::filesystem::path& path, bool plain) {
  const auto directory = path.parent_path();
  if (plain && !directory.empty() && directory == outside_) return;
  if (store_.identity().holds(path)) {
    throw Error(ErrorCode::refused,
                "cannot store '" + path.string() + "': it lies inside the store itself");
  }
  if (plain) outside_ = directory;
}

bool PackedWriter::pack_is_there(std::int64_t pack) {
  const auto [known, added] = packs_there_.try_emplace(pack, false);
  if (added) {
    const auto row = store_.index().find_pack(pack);
    known->second = row && !row->gone && stat_entry(store_.folder().path_of(row->name));
    if (!known->second) lost_packs_.insert(pack);
  }
  return known->second;
}

// What is condemned is stored anew rather than counted on: the gc that condemned it need not wait
// for us. Entering the new copy revives the old one where that is still there. What is not
// condemned now, cannot be swept before this writer's lease ends.
std::optional<RecordRow> PackedWriter::usable(RecordKind kind, const Digest& id) {
  if (!with_index_) return std::nullopt;
  auto row = store_.index().find(kind, id);
  if (!row || row->condemned || !pack_is_there(row->pack)) return std::nullopt;
  return row;
}

bool PackedWriter::reuse_chunk(const Digest& id) {
  if (reused_chunks_.contains(id)) return true;
  if (!usable(RecordKind::chunk, id)) return false;
  reused_chunks_.insert(id);
  return true;
}

std::optional<ObjectInfo> PackedWriter::reuse_object(RecordKind kind, const Digest& id) {
  const auto known = reused_objects_.find(id);
  if (known != reused_objects_.end()) return known->second;
  const auto row = usable(kind, id);
  if (!row) return std::nullopt;
  return reused_objects_.emplace(id, info_of(*row)).first->second;
}

std::uint64_t PackedWriter::store_chunk(const Digest& id, std::span<const std::byte> plain) {
  if (stage_->has(RecordKind::chunk, id) || reuse_chunk(id)) return 0;
  return stage_->add_chunk(id, plain);
}

std::uint64_t PackedWriter::store_object(const RecordRow& row,
                                         std::span<const std::byte> manifest) {
  if (stage_->has(row.kind, row.id) || reuse_object(row.kind, row.id)) return 0;
  return stage_->add_object(row, manifest);
}

std::optional<ObjectInfo> PackedWriter::known_file(const StatKey& key, bool sha256) {
  if (!with_index_) return std::nullopt;
  const auto cached = store_.index().find_stat(key);
  if (!cached || (sha256 && cached->sha256.empty())) return std::nullopt;
  auto info = reuse_object(RecordKind::file, cached->digest);
  if (info && sha256) info->sha256 = cached->sha256;
  return info;
}

ObjectInfo PackedWriter::store_file(const std::filesystem::path& path, bool follow,
                                    const AddOptions& options) {
  SourceFile source(path, follow);
  if (!options.rehash) {
    if (const auto known = known_file(source.key(), options.sha256)) return *known;
  }
  ObjectInfo info;
  stage_->start_file();
  const bool settled = source.settled();
  const auto content = source.read(
      [&](const Digest& id, std::span<const std::byte> plain) {
        info.new_bytes += store_chunk(id, plain);
      },
      options.sha256, options.progress);
  info.digest = content.digest;
  info.sha256 = content.sha256;
  info.size = content.manifest.size;

  RecordRow row;
  row.kind = RecordKind::file;
  row.id = info.digest;
  row.size = info.size;
  row.files = 1;
  info.new_bytes += store_object(row, encode_file(content.manifest));
  if (settled && with_index_) stats_.push_back({source.key(), info.digest, info.sha256});
  return info;
}

ObjectInfo PackedWriter::add_file(const std::filesystem::path& path, const AddOptions& options) {
  check_open();
  const auto entry = stat_entry(path);
  const bool plain = entry && S_ISREG(entry->mode);
  if (!options.inside_store) refuse_inside_store(path, plain);
  // What lstat said is enough where the cache knows it: the file need not be opened.
  if (plain && !options.rehash) {
    if (const auto known = known_file(key_of(*entry), options.sha256)) return *known;
  }
  return store_file(path, true, options);
}

ObjectInfo PackedWriter::add_bytes(std::span<const std::byte> bytes) {
  check_open();
  ObjectInfo info;
  stage_->start_file();
  const auto manifest = cut_bytes(bytes, [&](const Digest& id, std::span<const std::byte> plain) {
    info.new_bytes += store_chunk(id, plain);
  });
  info.digest = blake3(bytes);
  info.size = bytes.size();
  RecordRow row;
  row.kind = RecordKind::file;
  row.id = info.digest;
  row.size = info.size;
  row.files = 1;
  info.new_bytes += store_object(row, encode_file(manifest));
  return info;
}

ObjectInfo PackedWriter::add_tree(const std::filesystem::path& path, const AddOptions& options) {
  check_open();
  refuse_inside_store(path, false);
  const Index::View view(store_.index());
  AddOptions each = options;
  each.progress = nullptr;  // the scan counts files
  const TreeVisitor visitor{
      [&](const WalkEntry& entry) {
        const auto known = each.rehash ? std::nullopt : known_file(key_of(entry), each.sha256);
        return known ? *known : store_file(entry.path, false, each);
      },
      [&](const TreeManifest& manifest, std::uint64_t size, std::uint64_t files) {
        return store_tree(manifest, size, files);
      }};
  return scan_tree(path, options, store_.identity(), visitor);
}

ObjectInfo PackedWriter::store_tree(const TreeManifest& manifest, std::uint64_t size,
                                    std::uint64_t files) {
  ObjectInfo info;
  info.digest = tree_digest(manifest);
  info.size = size;
  info.files = files;
  info.is_tree = true;
  RecordRow row;
  row.kind = RecordKind::tree;
  row.id = info.digest;
  row.size = size;
  row.files = files;
  info.new_bytes = store_object(row, encode_tree_record({size, files, manifest}));
  return info;
}

ObjectInfo PackedWriter::add_manifest(const TreeManifest& manifest) {
  check_open();
  std::uint64_t size = 0;
  std::uint64_t files = 0;
  for (const auto& entry : manifest.entries) {
    if (entry.type == EntryType::symlink) {
      ++files;
      continue;
    }
    const bool directory = entry.type == EntryType::directory;
    const auto below = keep(entry.digest);
    if (below.is_tree != directory) {
      throw Error(ErrorCode::usage, "cannot make a tree manifest with '" + entry.name +
                                        "': it is a " + (directory ? "file" : "directory"));
    }
    size += below.size;
    files += below.files;
  }
  return store_tree(manifest, size, files);
}

ObjectInfo PackedWriter::keep(const Digest& digest) {
  check_open();
  if (const auto* staged = stage_->find_object(digest)) return info_of(*staged);
  if (const auto known = reused_objects_.find(digest); known != reused_objects_.end()) {
    return known->second;
  }
  auto info = store_.find(digest);
  if (!info) {
    throw Error(ErrorCode::not_found, "cannot keep '" + digest.to_string() +
                                          "': it is not stored in '" +
                                          store_.layout().objects().string() + "'");
  }
  const auto kind = info->is_tree ? RecordKind::tree : RecordKind::file;
  if (with_index_ && !reuse_object(kind, digest)) {
    // Condemned, and perhaps about to be swept: revived now, while the row is known to be there.
    Index::Transaction transaction(store_.index());
    if (!reader_.revive(kind, digest)) {
      throw Error(ErrorCode::not_found,
                  "cannot keep '" + digest.to_string() + "': gc removed what it needs");
    }
    transaction.commit();
    reused_objects_.emplace(digest, *info);
  }
  return *info;
}

}  // namespace track::storage
