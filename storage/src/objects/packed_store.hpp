#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "objects/index.hpp"
#include "objects/object_reader.hpp"
#include "objects/pack_folder.hpp"
#include "objects/source_file.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::storage {

/// What the index says of a file or a tree.
[[nodiscard]] ObjectInfo info_of(const RecordRow& row);

/// The ObjectStore of packs and an index.
///
/// Where the index cannot be used (read-only, damaged, busy, off local file systems, in a
/// process that was forked without exec), one in memory takes its place: reading fills it from the
/// packs themselves, and writing makes packs that need no other.
class PackedStore final : public ObjectStore {
 public:
  PackedStore(const StoreLayout& layout, const ObjectStoreOptions& options);
  ~PackedStore() override;

  std::unique_ptr<ObjectWriter> begin() override;
  std::optional<ObjectInfo> find(const Digest& digest) const override;
  void read(const Digest& file,
            const std::function<void(std::span<const std::byte>)>& sink) const override;
  TreeManifest read_tree(const Digest& tree) const override;
  void restore_file(const Digest& file, const std::filesystem::path& path, mode_t mode,
                    bool overwrite) const override;
  void restore_tree(const Digest& tree, const std::filesystem::path& directory) const override;
  VerifyReport verify(const VerifyOptions& options) override;
  GcReport gc(const std::function<DigestSet()>& roots, const GcOptions& options) override;
  void rebuild_index(const Progress& progress) override;
  ObjectUsage usage() const override;
  void list(const std::function<void(const ObjectInfo&)>& visit) const override;

  // What its parts work on.
  [[nodiscard]] Index& index() const noexcept { return index_; }
  [[nodiscard]] PackFolder& folder() const noexcept { return folder_; }
  [[nodiscard]] const StoreLayout& layout() const noexcept { return layout_; }
  [[nodiscard]] const ObjectStoreOptions& options() const noexcept { return options_; }
  [[nodiscard]] const StoreIdentity& identity() const noexcept { return identity_; }
  /// Why the index in memory is used; empty while the file is.
  [[nodiscard]] const std::string& without_index() const noexcept { return without_index_; }
  /// Enters packs that lie there and are not in the index; false where there were none.
  bool adopt_unknown() const;

 private:
  void open_index();
  void check_process() const;
  void require_index(const char* action) const;
  [[nodiscard]] std::optional<RecordRow> find_row(const Digest& digest) const;
  [[nodiscard]] RecordRow get_row(const Digest& digest, RecordKind kind) const;
  [[nodiscard]] std::vector<std::int64_t> folder_state() const;
  [[nodiscard]] std::vector<Uuid> unknown_packs() const;

  StoreLayout layout_;
  ObjectStoreOptions options_;
  pid_t owner_;
  std::string without_index_;
  StoreIdentity identity_;
  // Reading may enter packs, and keeps some of them open.
  mutable Index index_;
  mutable PackFolder folder_;
  mutable ObjectReader reader_;
  mutable std::vector<std::int64_t> scanned_state_;
};

}  // namespace track::storage
