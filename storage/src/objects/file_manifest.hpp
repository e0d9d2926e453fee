#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "objects/chunker.hpp"
#include "track/schemas/digest.hpp"

namespace track::storage {

struct ChunkRef {
  Digest id;
  std::uint32_t length = 0;
};

/// The chunks of a file, in order.
struct FileManifest {
  std::uint64_t size = 0;
  ChunkerKind chunker = ChunkerKind::whole;
  std::vector<ChunkRef> chunks;
};

[[nodiscard]] std::vector<std::byte> encode_file(const FileManifest& manifest);
/// For untrusted bytes; throws Error{corrupt}, also where the lengths do not add up.
[[nodiscard]] FileManifest decode_file(std::span<const std::byte> bytes);

}  // namespace track::storage
