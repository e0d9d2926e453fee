#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "objects/lease.hpp"
#include "objects/packed_store.hpp"
#include "objects/stage.hpp"

namespace track::storage {

/// A commit to packs: the seven steps of docs/formats.md, of which the caller takes the sixth.
class PackedWriter final : public ObjectWriter {
 public:
  explicit PackedWriter(PackedStore& store);
  ~PackedWriter() override;

  std::unique_ptr<Batch> begin_batch() override;
  ObjectInfo add_file(const std::filesystem::path& path, const AddOptions& options) override;
  ObjectInfo add_bytes(std::span<const std::byte> bytes) override;
  ObjectInfo add_tree(const std::filesystem::path& path, const AddOptions& options) override;
  ObjectInfo add_manifest(const TreeManifest& manifest) override;
  ObjectInfo keep(const Digest& digest) override;
  void commit() override;

 private:
  void check_open() const;
  void refuse_inside_store(const std::filesystem::path& path, bool plain);
  ObjectInfo store_file(const std::filesystem::path& path, bool follow, const AddOptions& options);
  ObjectInfo store_tree(const TreeManifest& manifest, std::uint64_t size, std::uint64_t files);
  std::uint64_t store_chunk(const Digest& id, std::span<const std::byte> plain);
  std::uint64_t store_object(const RecordRow& row, std::span<const std::byte> manifest);
  [[nodiscard]] std::optional<ObjectInfo> known_file(const StatKey& key, bool sha256);
  /// A record that is stored already and may be counted on; noted as reused.
  bool reuse_chunk(const Digest& id);
  std::optional<ObjectInfo> reuse_object(RecordKind kind, const Digest& id);
  [[nodiscard]] std::optional<RecordRow> usable(RecordKind kind, const Digest& id);
  [[nodiscard]] bool pack_is_there(std::int64_t pack);
  void enter_rows();
  /// False where it would be too much.
  bool copy_reused();
  [[noreturn]] void missing(const Digest& id) const;

  PackedStore& store_;
  pid_t owner_;
  bool with_index_;
  bool committed_ = false;
  Lease lease_;
  std::optional<Stage> stage_;
  ObjectReader reader_;
  std::unordered_set<Digest> reused_chunks_;
  std::unordered_map<Digest, ObjectInfo> reused_objects_;
  std::unordered_map<std::int64_t, bool> packs_there_;
  std::unordered_set<std::int64_t> lost_packs_;
  std::vector<StatRow> stats_;
  std::filesystem::path outside_;  // a directory that was found to lie outside of the store
};

}  // namespace track::storage
