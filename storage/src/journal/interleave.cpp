#include "journal/interleave.hpp"

#include <algorithm>
#include <functional>

#include "catalog/points/little_endian.hpp"
#include "catalog/points/varint.hpp"

namespace track::storage::journal {
namespace {

using Bytes = std::vector<std::byte>;

template <typename Word>
Bytes encode_words(std::span<const std::uint32_t> columns, Compressor& compressor) {
  Bytes plain;
  plain.reserve(columns.size() * sizeof(Word));
  for (const auto column : columns) append_little_endian(plain, static_cast<Word>(column));
  compressor.start_file();
  const auto kept = compressor.compress(plain);
  Bytes out;
  out.reserve(2 + kept.bytes.size());
  out.push_back(std::byte{sizeof(Word)});
  out.push_back(static_cast<std::byte>(kept.codec));
  out.insert(out.end(), kept.bytes.begin(), kept.bytes.end());
  return out;
}

template <typename Word>
bool decode_words(std::span<const std::byte> bytes, std::span<std::uint32_t> columns) {
  if (bytes.empty()) return false;
  Bytes plain(columns.size() * sizeof(Word));
  if (!decompress(static_cast<Codec>(bytes[0]), bytes.subspan(1), plain)) return false;
  for (std::size_t i = 0; i < columns.size(); ++i)
    columns[i] = little_endian<Word>(std::span<const std::byte>(plain).subspan(i * sizeof(Word)));
  return true;
}

bool decode_any(std::span<const std::byte> bytes, std::span<std::uint32_t> columns) {
  if (bytes.empty()) return false;
  const auto width = std::to_integer<unsigned>(bytes[0]);
  bytes = bytes.subspan(1);
  switch (width) {
    case 0: {
      const auto column = take_varint(bytes);
      if (!column || *column > UINT32_MAX || !bytes.empty()) return false;
      std::fill(columns.begin(), columns.end(), static_cast<std::uint32_t>(*column));
      return true;
    }
    case sizeof(std::uint8_t):
      return decode_words<std::uint8_t>(bytes, columns);
    case sizeof(std::uint16_t):
      return decode_words<std::uint16_t>(bytes, columns);
    case sizeof(std::uint32_t):
      return decode_words<std::uint32_t>(bytes, columns);
    default:
      return false;
  }
}

}  // namespace

std::vector<std::byte> encode_interleave(std::span<const std::uint32_t> columns,
                                         Compressor& compressor) {
  if (std::adjacent_find(columns.begin(), columns.end(), std::not_equal_to<>()) == columns.end()) {
    Bytes out{std::byte{0}};
    append_varint(out, columns.front());
    return out;
  }
  const auto most = *std::max_element(columns.begin(), columns.end());
  if (most <= UINT8_MAX) return encode_words<std::uint8_t>(columns, compressor);
  if (most <= UINT16_MAX) return encode_words<std::uint16_t>(columns, compressor);
  return encode_words<std::uint32_t>(columns, compressor);
}

bool decode_interleave(std::span<const std::byte> bytes, std::uint64_t count,
                       std::span<std::uint32_t> columns) {
  return decode_any(bytes, columns) &&
         std::all_of(columns.begin(), columns.end(),
                     [count](std::uint32_t column) { return column < count; });
}

}  // namespace track::storage::journal
