#include "objects/source_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "file/errno.hpp"
#include "objects/block_reader.hpp"
#include "objects/progress_report.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/time.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::uint64_t k_in_one_piece = 4UL << 20;  // below this threads cost more than they gain
constexpr int k_tries = 3;
constexpr std::int64_t k_settling_ns = 2'000'000'000;

std::int64_t nanoseconds(const timespec& time) noexcept {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

bool same(const StatKey& a, const StatKey& b) noexcept {
  return a.size == b.size && a.mtime_ns == b.mtime_ns && a.ctime_ns == b.ctime_ns;
}

/// Cuts `data`, hands the chunks on and notes them. Unless `last`, stops while a longer chunk
/// might still come. Returns how many bytes were cut off.
std::size_t cut_chunks(std::span<const std::byte> data, const Chunker& chunker, bool last,
                       const ChunkSink& sink, FileManifest& manifest) {
  std::size_t done = 0;
  while (data.size() - done >= (last ? 1 : chunker.longest())) {
    const auto rest = data.subspan(done);
    const auto chunk =
        manifest.chunker == ChunkerKind::whole ? rest : rest.first(chunker.cut(rest));
    const auto id = blake3(chunk);
    manifest.chunks.push_back({id, static_cast<std::uint32_t>(chunk.size())});
    if (sink) sink(id, chunk);
    done += chunk.size();
  }
  return done;
}

}  // namespace

StatKey key_of(const WalkEntry& entry) noexcept {
  return {entry.device, entry.inode, entry.size, entry.mtime_ns, entry.ctime_ns};
}

FileManifest cut_bytes(std::span<const std::byte> bytes, const ChunkSink& sink) {
  FileManifest manifest;
  manifest.size = bytes.size();
  manifest.chunker = Chunker::kind_for(bytes.size());
  cut_chunks(bytes, Chunker(manifest.chunker), true, sink, manifest);
  return manifest;
}

SourceFile::SourceFile(const std::filesystem::path& path, bool follow)
    // Without O_NONBLOCK a FIFO would wait for a writer before we can refuse it.
    : path_(path), file_(open_file(path, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW))) {
  stat_now();
}

void SourceFile::stat_now() {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) throw_errno("read", path_, errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::usage, "cannot read '" + path_.string() + "': it is no regular file");
  }
  key_ = {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

bool SourceFile::settled() const noexcept {
  const auto now = Clock::system().now().ms * 1'000'000;
  return now - std::max(key_.mtime_ns, key_.ctime_ns) >= k_settling_ns;
}

SourceContent SourceFile::read(const ChunkSink& sink, bool sha256, const Progress& progress) {
  for (int attempt = 0; attempt < k_tries; ++attempt) {
    stat_now();
    const auto before = key_;
    auto content = read_once(sink, sha256, progress);
    stat_now();
    if (same(before, key_) && content.manifest.size == before.size) return content;
  }
  throw Error(ErrorCode::conflict,
              "cannot read '" + path_.string() + "': it changes while it is read",
              "store it once nothing writes to it any more");
}

SourceContent SourceFile::read_once(const ChunkSink& sink, bool sha256, const Progress& progress) {
  if (key_.size > k_in_one_piece) return read_blocks(sink, sha256, progress);
  return read_small(sink, sha256);
}

SourceContent SourceFile::read_small(const ChunkSink& sink, bool sha256) {
  std::vector<std::byte> bytes(key_.size);
  bytes.resize(read_at(file_.get(), bytes, 0, path_));
  SourceContent content;
  content.manifest = cut_bytes(bytes, sink);
  const auto& chunks = content.manifest.chunks;
  content.digest = chunks.size() == 1 ? chunks.front().id : blake3(bytes);
  if (sha256) {
    Sha256 hash;
    hash.update(bytes);
    content.sha256 = hash.finish();
  }
  return content;
}

SourceContent SourceFile::read_blocks(const ChunkSink& sink, bool sha256,
                                      const Progress& progress) {
  SourceContent content;
  auto& manifest = content.manifest;
  manifest.chunker = Chunker::kind_for(key_.size);
  const Chunker chunker(manifest.chunker);
  BlockReader blocks(file_.get(), path_, key_.size, sha256, chunker.longest());
  std::span<const std::byte> rest;
  for (;;) {
    const auto block = blocks.next();
    // The rest of the block before goes right before this one.
    auto* start = block.data() - rest.size();
    if (!rest.empty()) std::memcpy(start, rest.data(), rest.size());
    const std::span<const std::byte> window(start, rest.size() + block.size());
    rest = window.subspan(cut_chunks(window, chunker, block.empty(), sink, manifest));
    if (block.empty()) break;
    manifest.size += block.size();
    report(progress, path_.native(), manifest.size, key_.size);
  }
  content.digest = blocks.digest();
  if (sha256) content.sha256 = blocks.sha256();
  return content;
}

StoreIdentity::StoreIdentity(const StoreLayout& layout) {
  std::error_code unknown;
  const auto root = stat_entry(std::filesystem::canonical(layout.root, unknown));
  if (!root) return;
  known_ = true;
  device_ = root->device;
  inode_ = root->inode;
}

bool StoreIdentity::holds(const std::filesystem::path& path) const {
  std::error_code unknown;
  for (auto at = std::filesystem::canonical(path, unknown); !at.empty(); at = at.parent_path()) {
    const auto entry = stat_entry(at);
    if (entry && is(entry->device, entry->inode)) return true;
    if (at == at.parent_path()) break;
  }
  return false;
}

}  // namespace track::storage
