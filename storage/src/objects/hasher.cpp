#include "track/storage/objects/hasher.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "file/process.hpp"
#include "objects/index.hpp"
#include "objects/source_file.hpp"
#include "objects/tree_scan.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_batch = 4096;

}  // namespace

class Hasher::Impl {
 public:
  Impl() = default;
  explicit Impl(const StoreLayout& layout) : owner_(::getpid()), identity_(layout) {
    if (is_forked_without_exec() || !is_local_file_system(layout.objects())) return;
    try {
      index_ = Index::open(layout.objects() / "index.db", layout.file_mode(), false);
    } catch (const Error&) {
      // The cache only saves reading.
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (index_ && owner_ != ::getpid()) {
      index_->abandon();
      return;
    }
    save();
  }

  ObjectInfo file(const std::filesystem::path& path, bool follow, bool sha256, bool rehash) {
    SourceFile source(path, follow);
    ObjectInfo info;
    if (const auto row = rehash ? std::nullopt : cached(source.key(), sha256)) {
      info.digest = row->digest;
      if (sha256) info.sha256 = row->sha256;
      info.size = row->key.size;
      return info;
    }
    const bool settled = source.settled();
    const auto content = source.read({}, sha256, {});
    info.digest = content.digest;
    info.sha256 = content.sha256;
    info.size = content.manifest.size;
    if (settled && index_) fresh_.push_back({source.key(), info.digest, info.sha256});
    if (fresh_.size() >= k_batch) save();
    return info;
  }

  ObjectInfo tree(const std::filesystem::path& path, const AddOptions& options, bool rehash) {
    const TreeVisitor visitor{[&](const WalkEntry& entry) {
                                const auto key = key_of(entry);
                                // What lstat said is enough where the cache knows it: the file need
                                // not be opened.
                                if (const auto row = rehash ? std::nullopt : cached(key, false)) {
                                  ObjectInfo info;
                                  info.digest = row->digest;
                                  info.size = key.size;
                                  return info;
                                }
                                return file(entry.path, false, false, rehash);
                              },
                              [](const TreeManifest& manifest, std::uint64_t, std::uint64_t) {
                                ObjectInfo info;
                                info.digest = tree_digest(manifest);
                                return info;
                              }};
    return scan_tree(path, options, identity_, visitor);
  }

  void save() noexcept {
    if (!index_ || fresh_.empty()) return;
    try {
      Index::Transaction transaction(*index_);
      for (const auto& row : fresh_) index_->put_stat(row);
      transaction.commit();
    } catch (const Error&) {
      // Read again next time.
    }
    fresh_.clear();
  }

 private:
  std::optional<StatRow> cached(const StatKey& key, bool sha256) {
    if (!index_) return std::nullopt;
    try {
      auto row = index_->find_stat(key);
      if (row && sha256 && row->sha256.empty()) row.reset();
      return row;
    } catch (const Error&) {
      index_.reset();  // damaged, or gone: everything is read from now on
      return std::nullopt;
    }
  }

  pid_t owner_ = 0;
  StoreIdentity identity_;
  std::optional<Index> index_;
  std::vector<StatRow> fresh_;
};

Hasher::Hasher(const StoreLayout& layout) : impl_(std::make_unique<Impl>(layout)) {}
Hasher::Hasher() : impl_(std::make_unique<Impl>()) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

ObjectInfo Hasher::file(const std::filesystem::path& path, bool sha256, bool rehash) {
  auto info = impl_->file(path, true, sha256, rehash);
  impl_->save();
  return info;
}

ObjectInfo Hasher::tree(const std::filesystem::path& path, const AddOptions& options, bool rehash) {
  auto info = impl_->tree(path, options, rehash || options.rehash);
  impl_->save();
  return info;
}

ObjectInfo Hasher::path(const std::filesystem::path& path, bool sha256, bool rehash) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return tree(path, {}, rehash);
  return file(path, sha256, rehash);
}

}  // namespace track::storage
