#include "objects/import.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <span>

#include "file/errno.hpp"
#include "objects/adopt.hpp"
#include "objects/packed_store.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_step = 1UL << 20;
constexpr std::size_t k_digest_bytes = 32;  // at the very end, not part of what it is of

/// A pack under a temporary name; gone again unless it was named.
class Copy final {
 public:
  /// gc removes what is there under the name of no lease.
  Copy(const PackFolder& folder, const Lease& lease, const Uuid& pack)
      : path_(folder.tmp() / (lease.name() + "." + pack_file_name(pack))),
        file_(open_file(path_, O_WRONLY | O_CREAT | O_EXCL, 0600)) {}
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::span<const std::byte> bytes) { write_all(file_.get(), bytes, path_); }

  void name(const PackFolder& folder, const Uuid& pack) {
    if (::fchmod(file_.get(), folder.pack_mode()) != 0)
      throw_errno("set the mode of", path_, errno);
    sync_file(file_.get(), path_);
    file_.close();
    const auto directory = folder.directory_of(pack);
    const bool is_new = !stat_entry(directory);
    create_directory(directory, folder.directory_mode());
    if (std::rename(path_.c_str(), folder.path_of(pack).c_str()) != 0)
      throw_errno("write", folder.path_of(pack), errno);
    path_.clear();
    sync_directory(directory);
    if (is_new) sync_directory(directory.parent_path());
  }

 private:
  std::filesystem::path path_;
  Fd file_;
};

[[noreturn]] void refuse(const std::filesystem::path& pack, const char* problem) {
  throw Error(ErrorCode::corrupt, "cannot take pack '" + pack.string() + "': " + problem);
}

void check_space(const PackFolder& folder, std::uint64_t coming) {
  const auto space = free_space(folder.tmp());
  const auto keep = static_cast<double>(space.capacity) * ObjectStoreOptions().free_space_floor;
  if (static_cast<double>(space.available) >= keep + static_cast<double>(coming)) return;
  throw Error(ErrorCode::no_space,
              "cannot take packs into '" + folder.tmp().string() + "': the disk is nearly full",
              "track gc reclaims what nothing names");
}

/// Throws Error{corrupt} where it is not what its name and its footer say.
void copy_pack(PackFolder& from, const PackFolder& to, const Lease& lease, const Uuid& pack) {
  const auto* reader = from.open(pack);
  const auto path = from.path_of(pack);
  const auto trailer = reader != nullptr ? reader->trailer() : std::nullopt;
  if (!trailer) refuse(path, "its end is missing or damaged");
  const auto source = open_file(path, O_RDONLY | O_NOFOLLOW);
  const auto hashed = reader->bytes() - k_digest_bytes;
  check_space(to, reader->bytes());
  Copy copy(to, lease, pack);
  Blake3 hash;
  std::vector<std::byte> buffer(k_step);
  std::uint64_t offset = 0;
  while (const auto size = read_at(source.get(), buffer, offset, path)) {
    const auto bytes = std::span(buffer).first(size);
    copy.write(bytes);
    if (offset < hashed) hash.update(bytes.first(std::min<std::uint64_t>(size, hashed - offset)));
    offset += size;
  }
  if (offset != reader->bytes() || hash.finish() != trailer->digest)
    refuse(path, "its bytes do not have the digest that it says");
  copy.name(to, pack);
}

/// Records of packs that were known before may have been swept since: they are entered again.
void enter_again(PackedStore& store, const std::vector<Uuid>& packs) {
  Index::Transaction transaction(store.index());
  adopt_packs(store.index(), store.folder(), packs, {}, Known::again);
  for (const auto& pack : packs) {
    const auto row = store.index().find_pack(pack);
    if (row && !row->gone) continue;
    throw Error(ErrorCode::busy,
                "cannot take pack '" + pack_file_name(pack) + "': gc is just taking it away",
                "try again");
  }
  transaction.commit();
}

}  // namespace

PackImport import_packs(const StoreLayout& from, const StoreLayout& to, const Lease& lease) {
  PackImport result;
  PackFolder source(from);
  const auto names = source.list();
  if (names.empty()) return result;
  PackedStore store(to, {});
  for (const auto& name : names) {
    try {
      if (!stat_entry(store.folder().path_of(name))) {
        copy_pack(source, store.folder(), lease, name);
        ++result.copied;
      }
      result.packs.push_back(name);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt && error.code() != ErrorCode::unsupported) throw;
      result.problems.emplace_back(error.what());
    }
  }
  // Without an index there is nothing to enter: whoever reads looks into the packs themselves.
  if (store.without_index().empty()) enter_again(store, result.packs);
  return result;
}

}  // namespace track::storage
