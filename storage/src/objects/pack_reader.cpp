#include "objects/pack_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "file/errno.hpp"
#include "objects/tree_record.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_step = 4UL << 20;

}  // namespace

std::optional<Digest> expected_id(RecordKind kind, std::span<const std::byte> plain) {
  switch (kind) {
    case RecordKind::chunk:
      return blake3(plain);
    case RecordKind::tree:
      return tree_digest(decode_tree_record(plain).manifest);
    case RecordKind::file:
      return std::nullopt;  // follows from the chunks that it names
  }
  return std::nullopt;
}

std::optional<PackReader> PackReader::open(const std::filesystem::path& path) {
  auto file = open_if_exists(path, O_RDONLY);
  if (!file) return std::nullopt;
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) throw_errno("read", path, errno);
  std::vector<std::byte> head(k_pack_header_bytes);
  head.resize(read_at(file->get(), head, 0, path));
  const auto header = decode_pack_header(head);
  if (!header) {
    throw Error(ErrorCode::corrupt,
                "cannot read pack '" + path.string() + "': its header is broken");
  }
  return PackReader(path, std::move(*file), static_cast<std::uint64_t>(status.st_size), *header);
}

PackReader::PackReader(std::filesystem::path path, Fd file, std::uint64_t bytes,
                       const PackHeader& header)
    : path_(std::move(path)), file_(std::move(file)), bytes_(bytes), header_(header) {}

void PackReader::corrupt(const std::string& problem) const {
  throw Error(ErrorCode::corrupt, "cannot read pack '" + path_.string() + "': " + problem,
              "track verify --data names the runs that this hurts");
}

std::optional<PackTrailer> PackReader::trailer() const {
  if (bytes_ < k_pack_header_bytes + k_pack_trailer_bytes) return std::nullopt;
  std::vector<std::byte> tail(k_pack_trailer_bytes);
  if (read_at(file_.get(), tail, bytes_ - tail.size(), path_) != tail.size()) return std::nullopt;
  const auto trailer = decode_trailer(tail);
  if (!trailer) return std::nullopt;
  const auto table_bytes = std::uint64_t{trailer->count} * k_table_entry_bytes;
  const auto room = bytes_ - k_pack_trailer_bytes;
  if (table_bytes > room || trailer->table_offset != room - table_bytes) return std::nullopt;
  return trailer;
}

std::optional<std::vector<TableEntry>> PackReader::table() const {
  const auto found = trailer();
  if (!found) return std::nullopt;
  std::vector<std::byte> bytes(std::size_t{found->count} * k_table_entry_bytes);
  if (read_at(file_.get(), bytes, found->table_offset, path_) != bytes.size()) return std::nullopt;
  if (schemas::crc32c(bytes) != found->table_crc) return std::nullopt;
  return decode_table(bytes, found->table_offset);
}

std::vector<TableEntry> PackReader::scan() const {
  std::vector<TableEntry> table;
  std::vector<std::byte> head(k_record_header_bytes);
  Record record;
  for (std::uint64_t at = k_pack_header_bytes; at + k_record_header_bytes <= bytes_;) {
    if (read_at(file_.get(), head, at, path_) != head.size()) break;
    const auto header = decode_record_header(head);
    bool whole = header && header->length() <= bytes_ - at;
    if (whole) {
      const auto length = static_cast<std::uint32_t>(header->length());
      try {
        read(at, length, record);
        table.push_back({header->id, at, length, header->raw_length, header->kind, header->codec});
      } catch (const Error& e) {
        if (e.code() != ErrorCode::corrupt) throw;
        whole = false;
      }
    }
    // A header that lies about its length must not hide the records after it.
    at = whole ? align_up(at + table.back().length, k_record_alignment) : at + k_record_alignment;
  }
  return table;
}

Digest PackReader::compute_digest(const std::function<void(std::uint64_t)>& read_bytes) const {
  Blake3 hash;
  std::vector<std::byte> block(k_step);
  const auto end = bytes_ - std::min<std::uint64_t>(bytes_, sizeof(Digest::bytes));
  for (std::uint64_t at = 0; at < end;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), end - at));
    const auto got = read_at(file_.get(), std::span(block).first(want), at, path_);
    hash.update(std::span(block).first(got));
    if (read_bytes) read_bytes(got);
    if (got < want) break;
    at += got;
  }
  return hash.finish();
}

std::span<const std::byte> PackReader::load(std::uint64_t offset, std::uint32_t length,
                                            RecordHeader& header) const {
  // The index is derived and may be damaged: it must not make us allocate what is not there.
  if (offset > bytes_ || length > bytes_ - offset || length < k_record_header_bytes) {
    corrupt("it ends before a record at " + std::to_string(offset));
  }
  buffer_.resize(std::max<std::size_t>(buffer_.size(), length));
  const auto bytes = std::span(buffer_).first(length);
  if (read_at(file_.get(), bytes, offset, path_) != length) {
    corrupt("it ends before a record at " + std::to_string(offset));
  }
  const auto decoded = decode_record_header(bytes);
  if (!decoded || decoded->length() != length) {
    corrupt("the record's header at " + std::to_string(offset) + " is broken");
  }
  header = *decoded;
  const std::span<const std::byte> payload =
      bytes.subspan(k_record_header_bytes + header.gap, header.stored_length);
  if (schemas::crc32c(payload) != header.payload_crc) {
    corrupt("the bytes of '" + header.id.to_string() + "' at " + std::to_string(offset) +
            " are broken");
  }
  return payload;
}

void PackReader::read_stored(std::uint64_t offset, std::uint32_t length, Record& record) const {
  const auto payload = load(offset, length, record.header);
  record.plain.assign(payload.begin(), payload.end());
}

void PackReader::read(std::uint64_t offset, std::uint32_t length, Record& record) const {
  const auto payload = load(offset, length, record.header);
  record.plain.resize(record.header.raw_length);
  if (!decompress(record.header.codec, payload, record.plain)) {
    corrupt("'" + record.header.id.to_string() + "' at " + std::to_string(offset) +
            " does not decompress to its length");
  }
  const auto expected = expected_id(record.header.kind, record.plain);
  if (expected && *expected != record.header.id) {
    corrupt("the bytes of '" + record.header.id.to_string() + "' at " + std::to_string(offset) +
            " have another digest");
  }
}

}  // namespace track::storage
