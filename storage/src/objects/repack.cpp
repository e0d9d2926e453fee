#include "objects/repack.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "file/errno.hpp"
#include "file/temporary_name.hpp"
#include "objects/pack_writer.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr int k_lock_wait_ms = 1000;

/// Copies records as they are stored; their order in the old pack keeps reading sequential.
std::vector<RecordRow> copy_records(PackedStore& store, const PackRow& pack,
                                    const std::vector<RecordRow>& rows, PackWriter& into) {
  std::vector<RecordRow> copied = rows;
  Record record;
  for (auto& row : copied) {
    const auto* reader = store.folder().open(pack.name);
    if (reader == nullptr) {
      throw Error(
          ErrorCode::corrupt,
          "cannot rewrite pack '" + store.folder().path_of(pack.name).string() + "': it is gone");
    }
    reader->read_stored(row.offset, row.length, record);
    const auto entry = into.append(row.kind, row.id, {record.header.codec, record.plain},
                                   record.header.raw_length);
    row.offset = entry.offset;
    row.length = entry.length;
  }
  return copied;
}

void publish(PackedStore& store, PackWriter& pack) {
  auto& folder = store.folder();
  const auto directory = folder.directory_of(pack.id());
  pack.seal();
  pack.sync(folder.pack_mode());
  create_directory(directory, folder.directory_mode());
  pack.move_to(directory);
  sync_directory(directory);
  sync_directory(directory.parent_path());
}

void take_away(PackedStore& store, const Uuid& name, Leftover leftover) {
  const auto path = store.folder().path_of(name);
  store.folder().forget(name);
  if (leftover == Leftover::unlink) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("remove", path, errno);
    return;
  }
  const auto kept = store.folder().quarantine() / path.filename();
  if (std::rename(path.c_str(), kept.c_str()) != 0 && errno != ENOENT) {
    throw_errno("move to quarantine", path, errno);
  }
}

}  // namespace

Fd lock_packs(const StoreLayout& layout) {
  auto lock = lock_file(layout.objects() / "gc.lock", layout.file_mode(), k_lock_wait_ms);
  if (!lock) {
    throw Error(ErrorCode::busy, "cannot lock '" + (layout.objects() / "gc.lock").string() +
                                     "': another gc, verify or rebuild works on the store");
  }
  return std::move(*lock);
}

std::uint64_t rewrite_pack(PackedStore& store, const PackRow& pack,
                           const std::vector<RecordRow>& keep, const std::vector<RecordRow>& drop,
                           Leftover leftover) {
  std::optional<PackWriter> fresh;
  std::vector<RecordRow> copied;
  if (!keep.empty()) {
    fresh.emplace(store.folder().tmp(), temporary_name("repack"), false);
    copied = copy_records(store, pack, keep, *fresh);
    publish(store, *fresh);
  }
  Index::Transaction transaction(store.index(), true);
  if (fresh) {
    const auto number = store.index().put_pack(fresh->id(), fresh->bytes(), fresh->digest());
    for (auto& row : copied) {
      const auto now = store.index().find(row.kind, row.id);
      if (!now || now->pack != pack.number) continue;  // removed or moved meanwhile
      row.pack = number;
      store.index().move(row);
    }
  }
  for (const auto& row : drop) store.index().remove(row.kind, row.id);
  store.index().set_gone(pack.number);
  transaction.commit();
  remove_gone_packs(store, leftover);
  return fresh ? fresh->bytes() : 0;
}

// The row of a pack outlives its file, so that nobody who finds the file meanwhile enters it anew.
void remove_gone_packs(PackedStore& store, Leftover leftover) {
  std::vector<PackRow> gone;
  for (const auto& pack : store.index().packs()) {
    if (pack.gone) gone.push_back(pack);
  }
  if (gone.empty()) return;
  for (const auto& pack : gone) take_away(store, pack.name, leftover);
  Index::Transaction transaction(store.index());
  for (const auto& pack : gone) store.index().remove_pack(pack.number);
  transaction.commit();
}

}  // namespace track::storage
