#include "track/storage/objects/object_store.hpp"

#include "track/schemas/error.hpp"

namespace track::storage {

ObjectWriter::~ObjectWriter() = default;
ObjectWriter::Batch::~Batch() = default;

ObjectStore::~ObjectStore() = default;

std::vector<std::byte> ObjectStore::read_all(const Digest& file, std::uint64_t limit) const {
  const auto info = find(file);
  if (info && info->size > limit) {
    throw Error(ErrorCode::usage, "cannot read '" + file.to_string() + "' at once: it has " +
                                      std::to_string(info->size) + " bytes");
  }
  std::vector<std::byte> bytes;
  read(file, [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  });
  return bytes;
}

}  // namespace track::storage
