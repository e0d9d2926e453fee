#include "catalog/segment_order.hpp"

#include <cstdint>

namespace track::storage {
namespace {

void append_big_endian(std::string& key, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>((value >> shift) & 0xFFU);
}

void append_signed(std::string& key, std::int64_t value) {
  append_big_endian(key, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63U));
}

}  // namespace

std::string order_key(const schemas::SegmentOrder& order) {
  std::string key;
  key.reserve(40);
  append_signed(key, order.attempt);
  append_signed(key, order.rank);
  append_big_endian(key, order.process_start);
  append_signed(key, order.pid);
  append_big_endian(key, order.sequence);
  return key;
}

}  // namespace track::storage
