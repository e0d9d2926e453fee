#include "objects/pack_format.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "objects/byte_order.hpp"
#include "objects/chunker.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

using schemas::crc32c;

constexpr std::string_view k_pack_magic = "TRKPACK1";
constexpr std::string_view k_record_magic = "TKRC";
constexpr std::string_view k_trailer_magic = "TRKFOOT1";
constexpr std::string_view k_suffix = ".pack";
constexpr std::uint32_t k_pack_version = 1;
constexpr std::uint8_t k_record_version = 1;
constexpr std::uint32_t k_self_contained = 1;
constexpr std::size_t k_crc_at = 60;  // in both headers
constexpr std::size_t k_trailer_crc_at = 28;

std::uint32_t stored_crc(std::span<const std::byte> bytes, std::size_t at) noexcept {
  return ByteReader(bytes.subspan(at)).get<std::uint32_t>();
}

bool known(std::uint8_t kind, std::uint8_t codec) noexcept {
  return kind >= static_cast<std::uint8_t>(RecordKind::chunk) &&
         kind <= static_cast<std::uint8_t>(RecordKind::tree) &&
         codec <= static_cast<std::uint8_t>(Codec::zstd);
}

/// Bounds what reading the record can allocate by what is really stored, or by a small constant.
bool plausible(const RecordHeader& header) noexcept {
  if (header.stored_length > k_longest_payload || header.gap >= k_payload_alignment) return false;
  if (header.kind == RecordKind::chunk && header.raw_length > k_longest_chunk) return false;
  if (header.codec == Codec::raw) return header.raw_length == header.stored_length;
  return header.raw_length <= k_longest_compressed;
}

}  // namespace

std::vector<std::byte> encode(const PackHeader& header) {
  std::vector<std::byte> bytes;
  bytes.reserve(k_pack_header_bytes);
  ByteWriter out(bytes);
  out.put(k_pack_magic);
  out.put(k_pack_version);
  out.put(header.self_contained ? k_self_contained : 0U);
  out.put(std::as_bytes(std::span(header.id.bytes)));
  out.put(header.created_ms);
  out.zeros(k_crc_at - bytes.size());
  out.put(crc32c(bytes));
  return bytes;
}

std::optional<PackHeader> decode_pack_header(std::span<const std::byte> bytes) {
  if (bytes.size() < k_pack_header_bytes) return std::nullopt;
  ByteReader in(bytes);
  if (in.text(k_pack_magic.size()) != k_pack_magic) return std::nullopt;
  const auto version = in.get<std::uint32_t>();
  if (crc32c(bytes.first(k_crc_at)) != stored_crc(bytes, k_crc_at)) return std::nullopt;
  if (version != k_pack_version) {
    throw Error(ErrorCode::unsupported,
                "cannot read a pack: its version is " + std::to_string(version),
                "a newer version of track reads it");
  }
  PackHeader header;
  header.self_contained = (in.get<std::uint32_t>() & k_self_contained) != 0;
  const auto id = in.take(header.id.bytes.size());
  std::memcpy(header.id.bytes.data(), id.data(), id.size());
  header.created_ms = in.get<std::uint64_t>();
  return header;
}

std::vector<std::byte> encode(const RecordHeader& header) {
  std::vector<std::byte> bytes;
  bytes.reserve(k_record_header_bytes);
  ByteWriter out(bytes);
  out.put(k_record_magic);
  out.put(k_record_version);
  out.put(static_cast<std::uint8_t>(header.kind));
  out.put(static_cast<std::uint8_t>(header.codec));
  out.put(std::uint8_t{0});
  out.put(header.raw_length);
  out.put(header.stored_length);
  out.put(header.id);
  out.put(header.payload_crc);
  out.put(header.gap);
  out.zeros(k_crc_at - bytes.size());
  out.put(crc32c(bytes));
  return bytes;
}

std::optional<RecordHeader> decode_record_header(std::span<const std::byte> bytes) {
  if (bytes.size() < k_record_header_bytes) return std::nullopt;
  ByteReader in(bytes);
  if (in.text(k_record_magic.size()) != k_record_magic) return std::nullopt;
  const auto version = in.get<std::uint8_t>();
  const auto kind = in.get<std::uint8_t>();
  const auto codec = in.get<std::uint8_t>();
  (void)in.get<std::uint8_t>();
  RecordHeader header;
  header.raw_length = in.get<std::uint32_t>();
  header.stored_length = in.get<std::uint32_t>();
  header.id = in.digest();
  header.payload_crc = in.get<std::uint32_t>();
  header.gap = in.get<std::uint32_t>();
  if (crc32c(bytes.first(k_crc_at)) != stored_crc(bytes, k_crc_at)) return std::nullopt;
  if (version != k_record_version || !known(kind, codec)) return std::nullopt;
  header.kind = static_cast<RecordKind>(kind);
  header.codec = static_cast<Codec>(codec);
  if (!plausible(header)) return std::nullopt;
  return header;
}

void append_entry(std::vector<std::byte>& bytes, const TableEntry& entry) {
  ByteWriter out(bytes);
  out.put(entry.id);
  out.put(entry.offset);
  out.put(entry.length);
  out.put(entry.raw_length);
  out.put(static_cast<std::uint8_t>(entry.kind));
  out.put(static_cast<std::uint8_t>(entry.codec));
  out.zeros(6);
}

std::optional<std::vector<TableEntry>> decode_table(std::span<const std::byte> bytes,
                                                    std::uint64_t pack_bytes) {
  if (bytes.size() % k_table_entry_bytes != 0) return std::nullopt;
  std::vector<TableEntry> table;
  table.reserve(bytes.size() / k_table_entry_bytes);
  for (ByteReader in(bytes); in.left() > 0;) {
    TableEntry entry;
    entry.id = in.digest();
    entry.offset = in.get<std::uint64_t>();
    entry.length = in.get<std::uint32_t>();
    entry.raw_length = in.get<std::uint32_t>();
    const auto kind = in.get<std::uint8_t>();
    const auto codec = in.get<std::uint8_t>();
    (void)in.take(6);
    const bool inside = entry.offset >= k_pack_header_bytes && entry.offset < pack_bytes &&
                        entry.length >= k_record_header_bytes &&
                        entry.length <= pack_bytes - entry.offset;
    if (!known(kind, codec) || !inside) return std::nullopt;
    entry.kind = static_cast<RecordKind>(kind);
    entry.codec = static_cast<Codec>(codec);
    table.push_back(entry);
  }
  return table;
}

std::vector<std::byte> encode_trailer(const PackTrailer& trailer) {
  std::vector<std::byte> bytes;
  bytes.reserve(k_pack_trailer_bytes);
  ByteWriter out(bytes);
  out.put(k_trailer_magic);
  out.put(trailer.table_offset);
  out.put(trailer.count);
  out.put(k_pack_version);
  out.put(trailer.table_crc);
  out.put(crc32c(bytes));
  return bytes;
}

std::optional<PackTrailer> decode_trailer(std::span<const std::byte> bytes) {
  if (bytes.size() != k_pack_trailer_bytes) return std::nullopt;
  ByteReader in(bytes);
  if (in.text(k_trailer_magic.size()) != k_trailer_magic) return std::nullopt;
  PackTrailer trailer;
  trailer.table_offset = in.get<std::uint64_t>();
  trailer.count = in.get<std::uint32_t>();
  const auto version = in.get<std::uint32_t>();
  trailer.table_crc = in.get<std::uint32_t>();
  const auto crc = in.get<std::uint32_t>();
  trailer.digest = in.digest();
  if (crc32c(bytes.first(k_trailer_crc_at)) != crc || version != k_pack_version) {
    return std::nullopt;
  }
  return trailer;
}

std::string pack_file_name(const Uuid& id) {
  auto name = id.to_string();
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name.append(k_suffix);
}

std::optional<Uuid> parse_pack_file_name(std::string_view name) noexcept {
  constexpr std::size_t k_digits = 32;
  if (name.size() != k_digits + k_suffix.size() || !name.ends_with(k_suffix)) return std::nullopt;
  Uuid id;
  for (std::size_t i = 0; i < k_digits; ++i) {
    const auto digit = std::string_view("0123456789abcdef").find(name[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    auto& byte = id.bytes[i / 2];
    byte = static_cast<std::uint8_t>((byte << 4U) | digit);
  }
  return id;
}

}  // namespace track::storage
