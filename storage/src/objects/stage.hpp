#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "objects/compression.hpp"
#include "objects/index.hpp"
#include "objects/pack_folder.hpp"
#include "objects/pack_writer.hpp"

namespace track::storage {

/// The private packs of one commit.
///
/// Destroyed before publish() ended, nothing of it stays but perhaps whole packs that nobody names.
///
/// Thread safety: one thread at a time.
class Stage final {
 public:
  /// Its files' names start with `prefix`. `floor` is the share of the disk to leave free.
  Stage(PackFolder& folder, std::string prefix, bool self_contained, double floor);

  [[nodiscard]] bool has(RecordKind kind, const Digest& id) const;
  [[nodiscard]] bool empty() const noexcept { return packs_.empty(); }
  /// What is known of a staged file or tree.
  [[nodiscard]] const RecordRow* find_object(const Digest& id) const;

  /// Each returns the bytes that this added.
  std::uint64_t add_chunk(const Digest& id, std::span<const std::byte> plain);
  std::uint64_t add_object(const RecordRow& row, std::span<const std::byte> manifest);
  void start_file() noexcept { compressor_.start_file(); }

  /// Seals the packs, waits until they are on the disk and gives them their names; nothing may be
  /// added afterwards. Done once it succeeded; what failed is not tried again.
  void publish();
  /// Enters published packs into the index; inside a transaction. What the index says to be in
  /// one of the `lost` packs is taken from these.
  void enter(Index& index, const std::unordered_set<std::int64_t>& lost = {}) const;
  [[nodiscard]] std::vector<Uuid> published() const;

 private:
  struct Sealed {
    std::unique_ptr<PackWriter> pack;
    bool synced = false;
  };

  std::uint64_t append(RecordKind kind, const Digest& id, const Compressed& stored,
                       std::size_t raw_length);
  PackWriter& current(std::size_t coming);
  [[nodiscard]] RecordRow row_of(const TableEntry& entry, std::int64_t pack) const;
  [[nodiscard]] bool was_taken_away(const Index& index, const PackWriter& pack) const;
  static void enter_elsewhere(Index& index, const PackWriter& pack);
  void check_space(std::uint64_t coming);
  void sync_oldest();

  PackFolder& folder_;
  std::string prefix_;
  bool self_contained_;
  double floor_;
  bool broken_ = false;
  bool published_ = false;
  std::uint64_t unchecked_bytes_ = 0;
  Compressor compressor_;
  std::vector<Sealed> packs_;  // the last one is open until publish()
  std::unordered_set<Digest> chunks_;
  std::unordered_map<Digest, RecordRow> objects_;
};

}  // namespace track::storage
