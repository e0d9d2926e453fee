#include "catalog/sqlite/readable_copy.hpp"

#include <fcntl.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

namespace fs = std::filesystem;

constexpr int k_tries = 3;

fs::path wal_of(const fs::path& catalog) { return catalog.string() + "-wal"; }

/// What tells that a file was written to.
struct Stamp {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

Stamp stamp_of(const fs::path& path) {
  const auto entry = stat_entry(path);
  return entry ? Stamp{entry->size, entry->mtime_ns} : Stamp{};
}

void copy_if_exists(const fs::path& from, const fs::path& to) {
  const auto out = open_file(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto in = open_if_exists(from, O_RDONLY);
  if (!in) return;
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  std::uint64_t offset = 0;
  while (const auto size = read_at(in->get(), buffer, offset, from)) {
    write_all(out.get(), std::span(buffer).first(size), to);
    offset += size;
  }
}

}  // namespace

ReadableCopy::ReadableCopy(const fs::path& catalog) {
  std::string pattern = (fs::temp_directory_path() / "track-catalog-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorCode::io,
                "cannot create directory '" + pattern + "': " + std::strerror(errno));
  }
  directory_ = pattern;
  try {
    for (int i = 0; i < k_tries; ++i) {
      const Stamp before[] = {stamp_of(catalog), stamp_of(wal_of(catalog))};
      copy_if_exists(catalog, path());
      copy_if_exists(wal_of(catalog), wal_of(path()));
      // The two belong together only if no checkpoint moved pages between the copies.
      if (before[0] == stamp_of(catalog) && before[1] == stamp_of(wal_of(catalog))) return;
    }
    throw Error(ErrorCode::busy, "cannot copy catalog '" + catalog.string() +
                                     "': another process keeps writing to it");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
    throw;
  }
}

ReadableCopy::~ReadableCopy() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

bool has_wal(const fs::path& catalog) {
  const auto entry = stat_entry(wal_of(catalog));
  return entry && entry->size > 0;
}

std::string uri_path(const fs::path& path) {
  static constexpr char k_hex[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : fs::absolute(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::strchr("/-._~", c) != nullptr) {
      uri += c;
    } else {
      uri += '%';
      uri += k_hex[byte >> 4U];
      uri += k_hex[byte & 0xFU];
    }
  }
  return uri;
}

}  // namespace track::storage
