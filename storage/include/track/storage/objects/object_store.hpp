#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "track/schemas/digest.hpp"
#include "track/schemas/query.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/storage/objects/tree.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// What a file or tree is, once read.
struct ObjectInfo {
  Digest digest;
  std::string sha256;      ///< files only, where asked for
  std::uint64_t size = 0;  ///< bytes; a tree's is the sum of its files
  std::uint64_t files = 1;
  bool is_tree = false;
  std::uint64_t new_bytes = 0;  ///< what storing it added
};

struct AddOptions {
  bool sha256 = false;
  /// Answers whether to take a path relative to the tree's root; unset: all.
  std::function<bool(const std::filesystem::path& relative)> filter;
  /// Read even what the stat cache knows.
  bool rehash = false;
  /// The file lies inside the store, as the output of a run does until it ended; else that is
  /// refused.
  bool inside_store = false;
  Progress progress;
};

/// One commit: objects added together become readable together.
///
/// Holds a lease from creation to destruction, so that gc keeps what was added until the
/// caller has written the reference: add…, commit(), write and sync the reference, destroy.
/// Destroyed before commit(), nothing was stored.
///
/// Thread safety: one thread at a time.
class ObjectWriter {
 public:
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  virtual ~ObjectWriter();

  /// While it lives, many small files cost less: they are looked up in one view of what is stored.
  /// Not to be kept over a pause.
  class Batch {
   public:
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    virtual ~Batch();

   protected:
    Batch() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Batch> begin_batch() = 0;

  /// Reads the file through; a file that changes meanwhile is tried again, then Error{conflict}.
  /// Error{no_space} where it would go below the free-space floor.
  virtual ObjectInfo add_file(const std::filesystem::path& path,
                              const AddOptions& options = {}) = 0;
  virtual ObjectInfo add_bytes(std::span<const std::byte> bytes) = 0;
  /// A directory with all below it, links kept as links; sockets, devices and the store itself are
  /// passed over.
  virtual ObjectInfo add_tree(const std::filesystem::path& path,
                              const AddOptions& options = {}) = 0;
  /// A directory whose entries were added before.
  virtual ObjectInfo add_manifest(const TreeManifest& manifest) = 0;
  /// What is stored already and is about to be named anew: gc leaves it alone until this writer
  /// is destroyed. Throws Error{not_found} where it is not there, or not any more.
  virtual ObjectInfo keep(const Digest& digest) = 0;
  /// Durable when it returns. Throws and stores nothing on any failure.
  virtual void commit() = 0;

 protected:
  ObjectWriter() = default;
};

struct VerifyOptions {
  bool data = false;  ///< read and hash every chunk, least recently verified first
  std::optional<std::int64_t> max_duration_ms;
  Progress progress;
};

struct GcOptions {
  bool dry_run = false;
  std::int64_t grace_ms = 3'600'000;  ///< what was condemned stays this long
  Progress progress;
};

using DigestSet = std::unordered_set<Digest>;

/// Keeps files and trees by content.
///
/// Atomicity and durability: ObjectWriter::commit(). Reading verifies every chunk:
/// Error{corrupt} naming pack and digest, Error{not_found} for an unknown digest.
///
/// Thread safety: distinct ObjectStore objects may be used from different threads and
/// processes at once; one object may not. A forked child may only use one that it opened.
class ObjectStore {
 public:
  ObjectStore(const ObjectStore&) = delete;
  ObjectStore& operator=(const ObjectStore&) = delete;
  virtual ~ObjectStore();

  [[nodiscard]] virtual std::unique_ptr<ObjectWriter> begin() = 0;

  [[nodiscard]] virtual std::optional<ObjectInfo> find(const Digest& digest) const = 0;
  /// A file, piece by piece in order; `sink` gets verified bytes only.
  virtual void read(const Digest& file,
                    const std::function<void(std::span<const std::byte>)>& sink) const = 0;
  /// A whole file; for small ones. Error{usage} above `limit` bytes.
  [[nodiscard]] std::vector<std::byte> read_all(const Digest& file,
                                                std::uint64_t limit = 256UL << 20) const;
  [[nodiscard]] virtual TreeManifest read_tree(const Digest& tree) const = 0;
  /// Writes it under a temporary name, syncs, renames. An existing `path` is Error{conflict} unless
  /// `overwrite`, what is no regular file or link Error{usage} even then.
  virtual void restore_file(const Digest& file, const std::filesystem::path& path, mode_t mode,
                            bool overwrite = false) const = 0;
  /// Into a directory that must be absent or empty. Refuses names and links that leave it.
  virtual void restore_tree(const Digest& tree, const std::filesystem::path& directory) const = 0;

  [[nodiscard]] virtual VerifyReport verify(const VerifyOptions& options) = 0;
  /// `roots` is called anew when the sweep recomputes reachability; what it throws stops the gc.
  [[nodiscard]] virtual GcReport gc(const std::function<DigestSet()>& roots,
                                    const GcOptions& options) = 0;
  virtual void rebuild_index(const Progress& progress) = 0;
  [[nodiscard]] virtual ObjectUsage usage() const = 0;
  /// Every object with its size, for `du` and `verify` to name owners by.
  virtual void list(const std::function<void(const ObjectInfo&)>& visit) const = 0;

 protected:
  ObjectStore() = default;
};

struct ObjectStoreOptions {
  double free_space_floor = 0.05;  ///< share of the file system that stays free
  bool read_only = false;
  /// Make packs that need no other, and no index: they will be moved to another store.
  bool self_contained = false;
};

/// The local store of packs below `layout.objects()`.
///
/// An index that is busy, damaged, read-only, on a file system without trusted locks, or not to be
/// touched after a fork keeps nobody from reading or storing: packs tell what is in them, and those
/// that are written then need no other; they are entered later by whoever finds them. Only gc
/// needs it, and says Error{busy}. Throws Error{unsupported} on a newer format.
[[nodiscard]] std::unique_ptr<ObjectStore> open_object_store(
    const StoreLayout& layout, const ObjectStoreOptions& options = {});
/// One that lives in memory, under the same contract.
[[nodiscard]] std::unique_ptr<ObjectStore> make_memory_object_store();

}  // namespace track::storage
