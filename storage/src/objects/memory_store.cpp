#include <map>
#include <set>
#include <unordered_map>

#include "objects/restore.hpp"
#include "objects/source_file.hpp"
#include "objects/tree_scan.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::storage {
namespace {

struct MemoryObject {
  ObjectInfo info;
  std::vector<std::byte> bytes;  ///< of a file
  TreeManifest tree;
};

using Objects = std::unordered_map<Digest, MemoryObject>;

[[noreturn]] void not_stored(const Digest& digest) {
  throw Error(ErrorCode::not_found, "cannot find '" + digest.to_string() + "': it is not stored");
}

class MemoryStore final : public ObjectStore {
 public:
  std::unique_ptr<ObjectWriter> begin() override;

  std::optional<ObjectInfo> find(const Digest& digest) const override {
    const auto found = objects.find(digest);
    if (found == objects.end()) return std::nullopt;
    return found->second.info;
  }
  void read(const Digest& file,
            const std::function<void(std::span<const std::byte>)>& sink) const override {
    const auto& object = get(file, false);
    if (!object.bytes.empty()) sink(object.bytes);
  }
  TreeManifest read_tree(const Digest& tree) const override { return get(tree, true).tree; }
  void restore_file(const Digest& file, const std::filesystem::path& path, mode_t mode,
                    bool overwrite) const override {
    (void)get(file, false);
    storage::restore_file(*this, file, path, mode, overwrite);
  }
  void restore_tree(const Digest& tree, const std::filesystem::path& directory) const override {
    (void)get(tree, true);
    storage::restore_tree(*this, tree, directory);
  }
  VerifyReport verify(const VerifyOptions& options) override;
  GcReport gc(const std::function<DigestSet()>& roots, const GcOptions& options) override;
  void rebuild_index(const Progress& /*progress*/) override {}
  ObjectUsage usage() const override;
  void list(const std::function<void(const ObjectInfo&)>& visit) const override {
    for (const auto& [id, object] : objects) visit(object.info);
  }

  [[nodiscard]] const MemoryObject& get(const Digest& digest, bool tree) const {
    const auto found = objects.find(digest);
    if (found == objects.end()) not_stored(digest);
    if (found->second.info.is_tree != tree) {
      throw Error(ErrorCode::usage,
                  "cannot read '" + digest.to_string() + "': it is no " + (tree ? "tree" : "file"));
    }
    return found->second;
  }

  Objects objects;
  std::map<Digest, int> kept;  // by writers that are open: the memory's leases
  DigestSet condemned;
};

class MemoryWriter final : public ObjectWriter {
 public:
  explicit MemoryWriter(MemoryStore& store) : store_(store) {}
  ~MemoryWriter() override {
    for (const auto& id : kept_) {
      if (--store_.kept[id] == 0) store_.kept.erase(id);
    }
  }

  std::unique_ptr<Batch> begin_batch() override {
    class NoBatch final : public Batch {};
    return std::make_unique<NoBatch>();
  }

  ObjectInfo add_file(const std::filesystem::path& path, const AddOptions& options) override {
    return add_source(path, true, options);
  }

  ObjectInfo add_bytes(std::span<const std::byte> bytes) override {
    MemoryObject object;
    object.info.digest = blake3(bytes);
    object.info.size = bytes.size();
    object.bytes.assign(bytes.begin(), bytes.end());
    return insert(std::move(object));
  }

  ObjectInfo add_tree(const std::filesystem::path& path, const AddOptions& options) override {
    const TreeVisitor visitor{
        [&](const WalkEntry& entry) { return add_source(entry.path, false, options); },
        [&](const TreeManifest& manifest, std::uint64_t, std::uint64_t) {
          return add_manifest(manifest);
        }};
    return scan_tree(path, options, {}, visitor);
  }

  ObjectInfo add_manifest(const TreeManifest& manifest) override {
    MemoryObject object;
    object.info.digest = tree_digest(manifest);
    object.info.is_tree = true;
    object.info.files = 0;
    object.tree = decode_tree(encode_tree(manifest));  // sorted
    for (const auto& entry : manifest.entries) {
      if (entry.type == EntryType::symlink) {
        ++object.info.files;
        continue;
      }
      const auto below = keep(entry.digest);
      if (below.is_tree != (entry.type == EntryType::directory)) {
        throw Error(ErrorCode::usage,
                    "cannot make a tree manifest with '" + entry.name + "': it is of another type");
      }
      object.info.size += below.size;
      object.info.files += below.files;
    }
    return insert(std::move(object));
  }

  ObjectInfo keep(const Digest& digest) override {
    check_open();
    if (const auto found = staged_.find(digest); found != staged_.end()) {
      return found->second.info;
    }
    auto info = store_.find(digest);
    if (!info) not_stored(digest);
    hold(digest);
    return *info;
  }

  void commit() override {
    check_open();
    for (auto& [id, object] : staged_) store_.objects.try_emplace(id, std::move(object));
    staged_.clear();
    committed_ = true;
  }

 private:
  void check_open() const {
    if (committed_) {
      throw Error(ErrorCode::usage, "cannot store in memory: the writer is committed already");
    }
  }

  ObjectInfo add_source(const std::filesystem::path& path, bool follow, const AddOptions& options) {
    SourceFile source(path, follow);
    MemoryObject object;
    const auto content = source.read(
        [&](const Digest&, std::span<const std::byte> plain) {
          object.bytes.insert(object.bytes.end(), plain.begin(), plain.end());
        },
        options.sha256, options.progress);
    object.info.digest = content.digest;
    object.info.sha256 = content.sha256;
    object.info.size = content.manifest.size;
    object.bytes.erase(object.bytes.begin(),
                       object.bytes.end() - static_cast<std::ptrdiff_t>(object.info.size));
    return insert(std::move(object));
  }

  void hold(const Digest& id) {
    if (kept_.insert(id).second) ++store_.kept[id];
    store_.condemned.erase(id);
  }

  ObjectInfo insert(MemoryObject object) {
    check_open();
    const auto info = object.info;
    hold(info.digest);
    const bool known = staged_.contains(info.digest) || store_.objects.contains(info.digest);
    auto told = info;
    told.new_bytes = known ? 0 : info.size;
    if (!known) {
      object.info.sha256.clear();
      staged_.emplace(info.digest, std::move(object));
    }
    return told;
  }

  MemoryStore& store_;
  Objects staged_;
  std::set<Digest> kept_;
  bool committed_ = false;
};

std::unique_ptr<ObjectWriter> MemoryStore::begin() { return std::make_unique<MemoryWriter>(*this); }

VerifyReport MemoryStore::verify(const VerifyOptions& options) {
  VerifyReport report;
  for (const auto& [id, object] : objects) {
    ++report.objects;
    report.bytes += object.bytes.size();
    const auto digest = object.info.is_tree ? tree_digest(object.tree) : blake3(object.bytes);
    if (options.data && digest != id) {
      report.findings.push_back({"memory", "an object has another digest", {id}, {}});
    }
  }
  return report;
}

GcReport MemoryStore::gc(const std::function<DigestSet()>& roots, const GcOptions& options) {
  std::vector<Digest> pending;
  for (const auto& root : roots()) pending.push_back(root);
  for (const auto& [id, count] : kept) pending.push_back(id);
  DigestSet reached;
  while (!pending.empty()) {
    const auto id = pending.back();
    pending.pop_back();
    const auto found = objects.find(id);
    if (found == objects.end() || !reached.insert(id).second) continue;
    for (const auto& entry : found->second.tree.entries) {
      if (entry.type != EntryType::symlink) pending.push_back(entry.digest);
    }
  }
  GcReport report;
  report.dry_run = options.dry_run;
  std::vector<Digest> dead;
  for (const auto& [id, object] : objects) {
    const bool keep = reached.contains(id);
    const bool sweep = !keep && (options.grace_ms <= 0 || condemned.contains(id));
    report.kept += keep ? 1 : 0;
    report.swept += sweep ? 1 : 0;
    report.condemned += !keep && !condemned.contains(id) ? 1 : 0;
    if (options.dry_run) {
      report.objects.push_back(
          {id,
           object.info.size,
           keep    ? "keep"
           : sweep ? "sweep"
                   : "condemn",
           keep ? "it is named, or what is named needs it" : "nothing names it",
           {}});
    } else if (sweep) {
      dead.push_back(id);
    } else if (!keep) {
      condemned.insert(id);
    }
  }
  for (const auto& id : dead) {
    report.freed_bytes += objects[id].bytes.size();
    objects.erase(id);
    condemned.erase(id);
  }
  return report;
}

ObjectUsage MemoryStore::usage() const {
  ObjectUsage usage;
  usage.objects = objects.size();
  for (const auto& [id, object] : objects) {
    usage.logical_bytes += object.info.is_tree ? 0 : object.info.size;
    usage.stored_bytes += object.bytes.size();
  }
  return usage;
}

}  // namespace

std::unique_ptr<ObjectStore> make_memory_object_store() { return std::make_unique<MemoryStore>(); }

}  // namespace track::storage
