#include "objects/index_rebuild.hpp"

#include <chrono>
#include <thread>

#include "objects/adopt.hpp"
#include "objects/lease.hpp"
#include "objects/repack.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr auto k_drain_wait = std::chrono::seconds(2);

void drain_leases(const StoreLayout& layout) {
  const auto end = std::chrono::steady_clock::now() + k_drain_wait;
  for (;;) {
    const auto live = live_leases(layout);
    if (live.empty()) return;
    if (std::chrono::steady_clock::now() >= end) {
      throw Error(ErrorCode::busy, "cannot rebuild the index of '" + layout.objects().string() +
                                       "': " + live.front().holder + " is storing objects");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Index fill(const StoreLayout& layout, const std::filesystem::path& path, PackFolder& folder,
           const Progress& progress) {
  auto index = Index::open(path, layout.file_mode(), false);
  Index::Transaction transaction(index, true);
  index.clear();
  adopt_packs(index, folder, folder.list(), progress);
  transaction.commit();
  if (!index.check().empty()) {
    throw Error(ErrorCode::corrupt, "cannot rebuild '" + path.string() + "': it stays damaged");
  }
  return index;
}

}  // namespace

Index rebuild_index(const StoreLayout& layout, Index current, PackFolder& folder,
                    const Progress& progress) {
  const auto path = layout.objects() / "index.db";
  const auto lock = lock_packs(layout);
  drain_leases(layout);
  { const Index closed = std::move(current); }
  try {
    return fill(layout, path, folder, progress);
  } catch (const Error& e) {
    if (e.code() != ErrorCode::corrupt) throw;
  }
  // Whoever still has the old file open writes rows that nobody sees; its packs tell them again.
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path.string() + suffix);
  }
  return fill(layout, path, folder, progress);
}

}  // namespace track::storage
