#include <chrono>
#include <thread>

#include "objects/adopt.hpp"
#include "objects/packed_writer.hpp"
#include "track/schemas/error.hpp"

// How a writer's packs become part of the store.

namespace track::storage {
namespace {

constexpr std::uint64_t k_copied_at_most = 64UL << 20;
constexpr auto k_longest_wait = std::chrono::seconds(30);

RecordKind kind_of(const ObjectInfo& object) noexcept {
  return object.is_tree ? RecordKind::tree : RecordKind::file;
}

}  // namespace

void PackedWriter::commit() {
  check_open();
  stage_->publish();
  if (with_index_) {
    enter_rows();
  } else if (!stage_->empty()) {
    // The index in memory; the file's gets them when somebody looks.
    Index::Transaction transaction(store_.index());
    adopt_packs(store_.index(), store_.folder(), stage_->published());
    transaction.commit();
  }
  committed_ = true;
}

// An index that stays locked for over a second must not hold up a training process: reused
// records are then copied into a pack that needs no other, which whoever reads next enters. A lot
// of them would cost more than they save, so then we wait on.
void PackedWriter::enter_rows() {
  const auto end = std::chrono::steady_clock::now() + k_longest_wait;
  for (;;) {
    try {
      Index::Transaction transaction(store_.index());
      stage_->enter(store_.index(), lost_packs_);
      for (const auto& id : reused_chunks_) {
        if (!store_.index().revive(RecordKind::chunk, id)) missing(id);
      }
      for (const auto& [id, object] : reused_objects_) {
        if (!reader_.revive(kind_of(object), id)) missing(id);
      }
      for (const auto& row : stats_) store_.index().put_stat(row);
      transaction.commit();
      return;
    } catch (const Error& e) {
      if (e.code() != ErrorCode::busy) throw;
      if (copy_reused()) return;
      if (std::chrono::steady_clock::now() >= end) throw;
    }
  }
}

void PackedWriter::missing(const Digest& id) const {
  throw Error(ErrorCode::conflict,
              "cannot store in '" + store_.layout().objects().string() + "': '" + id.to_string() +
                  "', which was stored already, is gone",
              "store it again; track verify tells what else is missing");
}

bool PackedWriter::copy_reused() {
  std::uint64_t bytes = 0;
  Stage copies(store_.folder(), lease_.name() + ".", true, store_.options().free_space_floor);
  const auto copy_chunk = [&](const Digest& id) {
    const auto row = store_.index().find(RecordKind::chunk, id);
    if (!row) missing(id);
    bytes += row->size;
    if (bytes > k_copied_at_most) return false;
    if (!copies.has(RecordKind::chunk, id)) copies.add_chunk(id, reader_.read(*row).plain);
    return true;
  };
  for (const auto& id : reused_chunks_) {
    if (!copy_chunk(id)) return false;
  }
  // An object that was reused brings its chunks and, for a tree, all that is below it.
  std::vector<std::pair<RecordKind, Digest>> pending;
  for (const auto& [id, object] : reused_objects_) pending.emplace_back(kind_of(object), id);
  while (!pending.empty()) {
    const auto [kind, id] = pending.back();
    pending.pop_back();
    if (copies.has(kind, id)) continue;
    const auto row = store_.index().find(kind, id);
    if (!row) missing(id);
    const auto manifest = reader_.read(*row).plain;
    copies.add_object(*row, manifest);
    if (kind == RecordKind::file) {
      for (const auto& chunk : decode_file(manifest).chunks) {
        if (!copy_chunk(chunk.id)) return false;
      }
      continue;
    }
    for (const auto& entry : decode_tree_record(manifest).manifest.entries) {
      if (entry.type == EntryType::symlink) continue;
      pending.emplace_back(entry.type == EntryType::directory ? RecordKind::tree : RecordKind::file,
                           entry.digest);
    }
  }
  copies.publish();
  return true;
}

}  // namespace track::storage
