#include "run/dataset_watch.hpp"

#include <sys/stat.h>

#include <string>

#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_entries = 50'000;  // about 0.1 s of walking as a run ends

void mix(std::uint64_t& hash, std::uint64_t value) noexcept {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  hash ^= hash >> 32U;
}

void mix(std::uint64_t& hash, const storage::WalkEntry& entry) noexcept {
  mix(hash, entry.mode);
  mix(hash, entry.inode);
  mix(hash, entry.device);
  // A directory's size and times change with what is beside the data, too.
  if (S_ISDIR(entry.mode)) return;
  mix(hash, entry.size);
  mix(hash, static_cast<std::uint64_t>(entry.mtime_ns));
  mix(hash, static_cast<std::uint64_t>(entry.ctime_ns));
}

std::optional<std::uint64_t> fingerprint(const fs::path& path) {
  std::uint64_t hash = 1;
  std::error_code error;
  const auto real = fs::canonical(path, error);  // a link at the top is followed, as hashing does
  const auto top = error ? std::nullopt : storage::stat_entry(real);
  if (!top) return hash;  // gone: a state of its own
  mix(hash, *top);
  if (!S_ISDIR(top->mode)) return hash;
  std::size_t entries = 0;
  storage::walk(real, [&](const storage::WalkEntry& entry) {
    if (++entries > k_max_entries) return false;
    mix(hash, std::hash<std::string>{}(entry.relative.native()));
    mix(hash, entry);
    return true;
  });
  return entries > k_max_entries ? std::nullopt : std::optional(hash);
}

}  // namespace

DatasetWatch::DatasetWatch(const fs::path& path)
    : path_(fs::absolute(path)), fingerprint_(fingerprint(path_)) {}

std::optional<bool> DatasetWatch::changed() const {
  if (!fingerprint_) return std::nullopt;
  const auto now = fingerprint(path_);
  return now ? std::optional(*now != *fingerprint_) : std::nullopt;
}

}  // namespace track::detail
