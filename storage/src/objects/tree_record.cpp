#include "objects/tree_record.hpp"

#include "objects/byte_order.hpp"

namespace track::storage {

std::vector<std::byte> encode_tree_record(const TreeRecord& record) {
  std::vector<std::byte> bytes;
  ByteWriter out(bytes);
  out.put(record.size);
  out.put(record.files);
  out.put(encode_tree(record.manifest));
  return bytes;
}

TreeRecord decode_tree_record(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  TreeRecord record;
  record.size = in.get<std::uint64_t>();
  record.files = in.get<std::uint64_t>();
  record.manifest = decode_tree(in.take(in.left()));
  return record;
}

}  // namespace track::storage
