#include "objects/stage.hpp"

#include <array>
#include <cstddef>
#include <set>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr std::uint64_t k_pack_target = 64UL << 20;
constexpr std::size_t k_unsynced_packs = 4;  // bounds open files and dirty pages
constexpr std::uint64_t k_check_space_every = 16UL << 20;

/// In the largest unit that leaves 1 or more: "812 B", "3.5 MiB".
std::string size_text(std::uint64_t bytes) {
  constexpr std::array k_units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024; ++unit) amount /= 1024;
  return fmt::format("{:.1f} {}", amount, k_units.at(unit));
}

}  // namespace

Stage::Stage(PackFolder& folder, std::string prefix, bool self_contained, double floor)
    : folder_(folder),
      prefix_(std::move(prefix)),
      self_contained_(self_contained),
      floor_(floor),
      unchecked_bytes_(k_check_space_every) {}

bool Stage::has(RecordKind kind, const Digest& id) const {
  return kind == RecordKind::chunk ? chunks_.contains(id) : objects_.contains(id);
}

const RecordRow* Stage::find_object(const Digest& id) const {
  const auto found = objects_.find(id);
  return found == objects_.end() ? nullptr : &found->second;
}

std::uint64_t Stage::add_chunk(const Digest& id, std::span<const std::byte> plain) {
  const auto added = append(RecordKind::chunk, id, compressor_.compress(plain), plain.size());
  chunks_.insert(id);
  return added;
}

std::uint64_t Stage::add_object(const RecordRow& row, std::span<const std::byte> manifest) {
  // A file's manifest is digests, which do not shrink; a tree's has names.
  Compressed stored{Codec::raw, manifest};
  if (row.kind == RecordKind::tree && manifest.size() <= k_longest_compressed) {
    compressor_.start_file();
    stored = compressor_.compress(manifest);
    compressor_.start_file();
  }
  const auto added = append(row.kind, row.id, stored, manifest.size());
  objects_.emplace(row.id, row);
  return added;
}

std::uint64_t Stage::append(RecordKind kind, const Digest& id, const Compressed& stored,
                            std::size_t raw_length) {
  try {
    auto& pack = current(stored.bytes.size());
    const auto before = pack.bytes();
    pack.append(kind, id, stored, raw_length);
    return pack.bytes() - before;
  } catch (...) {
    broken_ = true;
    throw;
  }
}

PackWriter& Stage::current(std::size_t coming) {
  check_space(coming);
  const bool full = !packs_.empty() && packs_.back().pack->bytes() + coming > k_pack_target &&
                    !packs_.back().pack->table().empty();
  if (full) {
    packs_.back().pack->seal();
    sync_oldest();
  }
  if (full || packs_.empty()) {
    packs_.push_back({std::make_unique<PackWriter>(folder_.tmp(), prefix_, self_contained_)});
  }
  return *packs_.back().pack;
}

void Stage::check_space(std::uint64_t coming) {
  unchecked_bytes_ += coming;
  if (unchecked_bytes_ < k_check_space_every) return;
  unchecked_bytes_ = coming;
  const auto space = free_space(folder_.tmp());
  const auto keep = static_cast<std::uint64_t>(static_cast<double>(space.capacity) * floor_);
  if (space.available < keep + coming) {
    throw Error(
        ErrorCode::no_space,
        fmt::format("cannot store bytes in '{}': {} are free, and {}, {:.3g} % of the disk, "
                    "must stay free",
                    folder_.tmp().string(), size_text(space.available), size_text(keep),
                    floor_ * 100),
        "track gc reclaims what nothing names");
  }
}

void Stage::sync_oldest() {
  if (packs_.size() < k_unsynced_packs) return;
  auto& oldest = packs_[packs_.size() - k_unsynced_packs];
  if (oldest.synced) return;
  oldest.pack->sync(folder_.pack_mode());
  oldest.synced = true;
}

void Stage::publish() {
  if (broken_) {
    // What was written may be lost in part, and a second sync would not say so.
    throw Error(ErrorCode::io, "cannot store objects in '" + folder_.tmp().string() +
                                   "': writing them failed before");
  }
  if (packs_.empty() || published_) return;
  broken_ = true;  // until it worked: no part of it may be tried a second time
  packs_.back().pack->seal();
  for (auto& sealed : packs_) {
    if (!sealed.synced) sealed.pack->sync(folder_.pack_mode());
    sealed.synced = true;
  }
  std::set<std::filesystem::path> touched;
  for (const auto& sealed : packs_) {
    const auto directory = folder_.directory_of(sealed.pack->id());
    if (!stat_entry(directory)) touched.insert(directory.parent_path());
    create_directory(directory, folder_.directory_mode());
    sealed.pack->move_to(directory);
    touched.insert(directory);
  }
  for (const auto& directory : touched) sync_directory(directory);
  broken_ = false;
  published_ = true;
}

void Stage::enter(Index& index, const std::unordered_set<std::int64_t>& lost) const {
  for (const auto& sealed : packs_) {
    if (was_taken_away(index, *sealed.pack)) {
      enter_elsewhere(index, *sealed.pack);
      continue;
    }
    const auto number =
        index.put_pack(sealed.pack->id(), sealed.pack->bytes(), sealed.pack->digest());
    for (const auto& entry : sealed.pack->table()) {
      const auto row = row_of(entry, number);
      index.put(row);
      if (lost.empty()) continue;
      if (const auto now = index.find(row.kind, row.id); lost.contains(now->pack)) index.move(row);
    }
  }
}

RecordRow Stage::row_of(const TableEntry& entry, std::int64_t pack) const {
  RecordRow row;
  row.kind = entry.kind;
  row.id = entry.id;
  row.pack = pack;
  row.offset = entry.offset;
  row.length = entry.length;
  row.size = entry.raw_length;
  if (const auto* object = entry.kind == RecordKind::chunk ? nullptr : find_object(entry.id)) {
    row.size = object->size;
    row.files = object->files;
  }
  return row;
}

// gc may find a published pack before its writer enters it. It then enters it itself, and takes
// it away again if other packs hold all of it; our lease keeps what those hold.
bool Stage::was_taken_away(const Index& index, const PackWriter& pack) const {
  const auto known = index.find_pack(pack.id());
  return (known && known->gone) || !stat_entry(folder_.path_of(pack.id()));
}

void Stage::enter_elsewhere(Index& index, const PackWriter& pack) {
  for (const auto& entry : pack.table()) {
    if (index.revive(entry.kind, entry.id)) continue;
    throw Error(
        ErrorCode::conflict,
        "cannot store '" + entry.id.to_string() + "': its pack was taken away by somebody else",
        "store it again");
  }
}

std::vector<Uuid> Stage::published() const {
  std::vector<Uuid> names;
  for (const auto& sealed : packs_) names.push_back(sealed.pack->id());
  return names;
}

}  // namespace track::storage
