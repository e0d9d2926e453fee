#include "objects/pack_folder.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_open_packs = 16;

}  // namespace

PackFolder::PackFolder(const StoreLayout& layout) : layout_(layout) {}

std::filesystem::path PackFolder::directory_of(const Uuid& pack) const {
  return layout_.objects() / "packs" / pack_file_name(pack).substr(0, 2);
}

std::filesystem::path PackFolder::path_of(const Uuid& pack) const {
  return directory_of(pack) / pack_file_name(pack);
}

std::vector<Uuid> PackFolder::list() const {
  std::vector<Uuid> packs;
  const auto root = layout_.objects() / "packs";
  if (!stat_entry(root)) return packs;
  walk(root, [&](const WalkEntry& entry) {
    const auto name = entry.path.filename().string();
    if (S_ISDIR(entry.mode)) return name.size() == 2 && entry.relative.parent_path().empty();
    const auto pack = parse_pack_file_name(name);
    if (pack && S_ISREG(entry.mode) && path_of(*pack) == entry.path) packs.push_back(*pack);
    return false;
  });
  return packs;
}

const PackReader* PackFolder::open(const Uuid& pack) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const PackReader& reader) {
    return reader.header().id == pack;
  });
  if (found != open_.end()) {
    open_.splice(open_.begin(), open_, found);
    return &open_.front();
  }
  auto reader = PackReader::open(path_of(pack));
  if (!reader) return nullptr;
  if (reader->header().id != pack) {
    throw Error(ErrorCode::corrupt, "cannot read pack '" + reader->path().string() +
                                        "': it is another pack than its name says");
  }
  open_.push_front(std::move(*reader));
  if (open_.size() > k_open_packs) open_.pop_back();
  return &open_.front();
}

void PackFolder::forget(const Uuid& pack) {
  open_.remove_if([&](const PackReader& reader) { return reader.header().id == pack; });
}

}  // namespace track::storage
