#include "objects/packed_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "file/process.hpp"
#include "objects/adopt.hpp"
#include "objects/garbage.hpp"
#include "objects/index_rebuild.hpp"
#include "objects/lease.hpp"
#include "objects/packed_writer.hpp"
#include "objects/restore.hpp"
#include "objects/verify.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr auto k_longest_wait = std::chrono::seconds(30);

/// Tries again while somebody else, gc perhaps, holds the index; each try waits for a second.
template <typename Body>
auto while_busy(Body&& body) {
  const auto end = std::chrono::steady_clock::now() + k_longest_wait;
  for (;;) {
    try {
      return body();
    } catch (const Error& e) {
      if (e.code() != ErrorCode::busy || std::chrono::steady_clock::now() >= end) throw;
    }
  }
}

}  // namespace

std::unique_ptr<ObjectStore> open_object_store(const StoreLayout& layout,
                                               const ObjectStoreOptions& options) {
  return std::make_unique<PackedStore>(layout, options);
}

ObjectInfo info_of(const RecordRow& row) {
  ObjectInfo info;
  info.digest = row.id;
  info.size = row.size;
  info.files = row.files;
  info.is_tree = row.kind == RecordKind::tree;
  return info;
}

PackedStore::PackedStore(const StoreLayout& layout, const ObjectStoreOptions& options)
    : layout_(layout),
      options_(options),
      owner_(::getpid()),
      identity_(layout),
      index_(Index::in_memory()),
      folder_(layout),
      reader_(index_, folder_) {
  if (!stat_entry(layout.objects())) {
    throw Error(ErrorCode::not_found,
                "cannot open object store '" + layout.objects().string() + "': no such directory");
  }
  open_index();
}

PackedStore::~PackedStore() {
  if (owner_ != ::getpid()) index_.abandon();
}

void PackedStore::open_index() {
  const auto path = layout_.objects() / "index.db";
  without_index_.clear();
  if (is_forked_without_exec()) {
    without_index_ = "this process was forked without exec";
  } else if (options_.self_contained) {
    without_index_ = "its packs are to be moved to another store";
  } else if (!is_local_file_system(layout_.objects())) {
    without_index_ = "the file system is not a local one";
  } else if (options_.read_only && !stat_entry(path)) {
    without_index_ = "it does not exist";
  } else {
    try {
      index_ = Index::open(path, layout_.file_mode(), options_.read_only);
      if (index_.fresh()) adopt_unknown();
      return;
    } catch (const Error& e) {
      if (e.code() == ErrorCode::unsupported) throw;
      without_index_ = e.what();
    }
  }
  index_ = Index::in_memory();
  scanned_state_.clear();
}

void PackedStore::check_process() const {
  if (owner_ != ::getpid()) {
    throw Error(ErrorCode::usage, "cannot use object store '" + layout_.objects().string() +
                                      "': it was opened before this process was forked");
  }
}

void PackedStore::require_index(const char* action) const {
  check_process();
  if (options_.read_only) {
    throw Error(ErrorCode::permission, std::string("cannot ") + action + " '" +
                                           layout_.objects().string() +
                                           "': it was opened for reading only");
  }
  if (!is_local_file_system(layout_.objects())) {
    throw Error(ErrorCode::refused, std::string("cannot ") + action + " '" +
                                        layout_.objects().string() +
                                        "': its file system may not share locks between hosts");
  }
}

// A pack that appears changes the time of its directory, so that asking for what is not there
// lists the packs only where there are new ones.
std::vector<std::int64_t> PackedStore::folder_state() const {
  std::vector<std::int64_t> state;
  const auto packs = layout_.objects() / "packs";
  if (!stat_entry(packs)) return state;
  walk(packs, [&](const WalkEntry& entry) {
    if (S_ISDIR(entry.mode)) {
      state.push_back(static_cast<std::int64_t>(entry.inode));
      state.push_back(entry.mtime_ns);
    }
    return false;
  });
  return state;
}

std::vector<Uuid> PackedStore::unknown_packs() const {
  std::vector<Uuid> unknown;
  for (const auto& name : folder_.list()) {
    if (!index_.find_pack(name)) unknown.push_back(name);
  }
  return unknown;
}

bool PackedStore::adopt_unknown() const {
  auto state = folder_state();
  if (!scanned_state_.empty() && state == scanned_state_) return false;
  auto unknown = unknown_packs();
  // A commit names its packs in an order: those that the first look missed, the second finds.
  if (!unknown.empty()) unknown = unknown_packs();
  bool entered = false;
  if (!unknown.empty()) {
    if (options_.read_only && without_index_.empty()) {
      // What cannot be written down is kept in memory, together with all else.
      index_ = Index::in_memory();
      unknown = folder_.list();
    }
    entered = while_busy([&] {
      Index::Transaction transaction(index_);
      const auto count = adopt_packs(index_, folder_, unknown);
      transaction.commit();
      return count > 0;
    });
  }
  scanned_state_ = std::move(state);
  return entered;
}

std::unique_ptr<ObjectWriter> PackedStore::begin() {
  check_process();
  if (options_.read_only) {
    throw Error(ErrorCode::permission, "cannot store in '" + layout_.objects().string() +
                                           "': it was opened for reading only");
  }
  if (!without_index_.empty()) open_index();  // it may only have been busy
  return std::make_unique<PackedWriter>(*this);
}

std::optional<RecordRow> PackedStore::find_row(const Digest& digest) const {
  check_process();
  auto row = index_.find_object(digest);
  if (!row && adopt_unknown()) row = index_.find_object(digest);
  return row;
}

RecordRow PackedStore::get_row(const Digest& digest, RecordKind kind) const {
  const auto row = find_row(digest);
  const char* what = kind == RecordKind::tree ? "tree" : "file";
  if (!row) {
    throw Error(ErrorCode::not_found, "cannot read '" + digest.to_string() + "': no such " + what +
                                          " in '" + layout_.objects().string() + "'");
  }
  if (row->kind != kind) {
    throw Error(ErrorCode::usage,
                "cannot read '" + digest.to_string() + "': it is no " + std::string(what));
  }
  return *row;
}

std::optional<ObjectInfo> PackedStore::find(const Digest& digest) const {
  const auto row = find_row(digest);
  if (!row) return std::nullopt;
  return info_of(*row);
}

void PackedStore::read(const Digest& file,
                       const std::function<void(std::span<const std::byte>)>& sink) const {
  reader_.stream(get_row(file, RecordKind::file), sink);
}

TreeManifest PackedStore::read_tree(const Digest& tree) const {
  return reader_.tree(get_row(tree, RecordKind::tree)).manifest;
}

void PackedStore::restore_file(const Digest& file, const std::filesystem::path& path, mode_t mode,
                               bool overwrite) const {
  const auto row = get_row(file, RecordKind::file);
  const auto lease = options_.read_only ? nullptr : try_lease(layout_);
  storage::restore_file(*this, row.id, path, mode, overwrite);
}

void PackedStore::restore_tree(const Digest& tree, const std::filesystem::path& directory) const {
  const auto row = get_row(tree, RecordKind::tree);
  const auto lease = options_.read_only ? nullptr : try_lease(layout_);
  storage::restore_tree(*this, row.id, directory);
}

VerifyReport PackedStore::verify(const VerifyOptions& options) {
  check_process();
  adopt_unknown();
  return verify_store(*this, options);
}

GcReport PackedStore::gc(const std::function<DigestSet()>& roots, const GcOptions& options) {
  require_index("collect the garbage of");
  if (!without_index_.empty()) open_index();
  if (!without_index_.empty()) {
    throw Error(ErrorCode::busy,
                "cannot collect the garbage of '" + layout_.objects().string() +
                    "' without its index: " + without_index_,
                "track verify --rebuild-index makes it anew from the packs");
  }
  return collect_garbage(*this, roots, options);
}

void PackedStore::rebuild_index(const Progress& progress) {
  require_index("rebuild the index of");
  try {
    index_ = storage::rebuild_index(layout_, std::move(index_), folder_, progress);
    without_index_.clear();
    scanned_state_.clear();
  } catch (...) {
    open_index();
    throw;
  }
}

ObjectUsage PackedStore::usage() const {
  check_process();
  adopt_unknown();
  ObjectUsage usage;
  for (const auto& pack : index_.packs()) {
    if (pack.gone) continue;
    ++usage.packs;
    usage.stored_bytes += pack.bytes;
  }
  index_.for_each([&](const RecordRow& row) {
    if (row.kind == RecordKind::chunk) {
      ++usage.chunks;
      return;
    }
    ++usage.objects;
    if (row.kind == RecordKind::file) usage.logical_bytes += row.size;
  });
  return usage;
}

void PackedStore::list(const std::function<void(const ObjectInfo&)>& visit) const {
  check_process();
  adopt_unknown();
  std::vector<ObjectInfo> objects;  // `visit` may ask this store for more
  index_.for_each([&](const RecordRow& row) {
    if (row.kind != RecordKind::chunk) objects.push_back(info_of(row));
  });
  for (const auto& object : objects) visit(object);
}

}  // namespace track::storage
