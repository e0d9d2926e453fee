#include "objects/file_manifest.hpp"

#include <string>
#include <string_view>

#include "objects/byte_order.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr std::string_view k_magic = "TRKFILE1";
constexpr std::size_t k_chunk_bytes = 32 + 4;

[[noreturn]] void corrupt(std::string_view problem) {
  throw Error(ErrorCode::corrupt, "cannot read a file manifest: " + std::string(problem));
}

}  // namespace

std::vector<std::byte> encode_file(const FileManifest& manifest) {
  std::vector<std::byte> bytes;
  bytes.reserve(k_magic.size() + 16 + manifest.chunks.size() * k_chunk_bytes);
  ByteWriter out(bytes);
  out.put(k_magic);
  out.put(manifest.size);
  out.put(static_cast<std::uint32_t>(manifest.chunks.size()));
  out.put(static_cast<std::uint8_t>(manifest.chunker));
  out.zeros(3);
  for (const auto& chunk : manifest.chunks) {
    out.put(chunk.id);
    out.put(chunk.length);
  }
  return bytes;
}

FileManifest decode_file(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  if (in.text(k_magic.size()) != k_magic) corrupt("it does not start as one");
  FileManifest manifest;
  manifest.size = in.get<std::uint64_t>();
  const auto count = in.get<std::uint32_t>();
  // A chunker unknown here cuts elsewhere, but what it made reads the same.
  manifest.chunker = static_cast<ChunkerKind>(in.get<std::uint8_t>());
  (void)in.take(3);
  if (in.failed() || in.left() != std::uint64_t{count} * k_chunk_bytes) {
    corrupt("its length is not what its chunks need");
  }
  manifest.chunks.reserve(count);
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    ChunkRef chunk{in.digest(), in.get<std::uint32_t>()};
    if (chunk.length == 0 || chunk.length > k_longest_chunk) corrupt("a chunk's length is absurd");
    total += chunk.length;
    manifest.chunks.push_back(chunk);
  }
  if (total != manifest.size) corrupt("its chunks do not add up to its size");
  return manifest;
}

}  // namespace track::storage
