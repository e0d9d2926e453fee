#include "objects/pack_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "file/errno.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/time.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_buffer = 1UL << 20;

}  // namespace

PackWriter::PackWriter(const std::filesystem::path& directory, std::string_view prefix,
                       bool self_contained)
    : header_{Uuid::random(), static_cast<std::uint64_t>(Clock::system().now().ms), self_contained},
      path_(directory / (std::string(prefix) + pack_file_name(header_.id))),
      owner_(::getpid()),
      file_(open_file(path_, O_RDWR | O_CREAT | O_EXCL, 0600)),
      output_(std::make_unique<WriteBehind>(file_.get(), path_)) {
  buffer_.reserve(k_buffer);
  put(encode(header_));
}

PackWriter::~PackWriter() {
  // A forked child's copy must leave the file to its owner.
  if (!path_.empty() && owner_ == ::getpid()) ::unlink(path_.c_str());
}

TableEntry PackWriter::append(RecordKind kind, const Digest& id, const Compressed& stored,
                              std::size_t raw_length) {
  if (raw_length > k_longest_payload || stored.bytes.size() > k_longest_payload) {
    throw Error(ErrorCode::unsupported,
                "cannot store '" + id.to_string() + "': its manifest is larger than 256 MiB");
  }
  RecordHeader record;
  record.kind = kind;
  record.codec = stored.codec;
  record.raw_length = static_cast<std::uint32_t>(raw_length);
  record.stored_length = static_cast<std::uint32_t>(stored.bytes.size());
  record.id = id;
  record.payload_crc = schemas::crc32c(stored.bytes);
  const auto offset = bytes();
  if (stored.codec == Codec::raw && stored.bytes.size() >= k_aligned_from) {
    const auto payload = offset + k_record_header_bytes;
    record.gap = static_cast<std::uint32_t>(align_up(payload, k_payload_alignment) - payload);
  }
  put(encode(record));
  zeros(record.gap);
  put(stored.bytes);
  table_.push_back({id, offset, static_cast<std::uint32_t>(record.length()), record.raw_length,
                    kind, stored.codec});
  zeros(align_up(bytes(), k_record_alignment) - bytes());
  return table_.back();
}

void PackWriter::seal() {
  PackTrailer trailer;
  trailer.table_offset = bytes();
  trailer.count = static_cast<std::uint32_t>(table_.size());
  std::vector<std::byte> entries;
  entries.reserve(table_.size() * k_table_entry_bytes);
  for (const auto& entry : table_) append_entry(entries, entry);
  trailer.table_crc = schemas::crc32c(entries);
  put(entries);
  put(encode_trailer(trailer));
  flush();
  output_->drain();
  digest_ = output_->digest();
  put(std::as_bytes(std::span(digest_.bytes)));
  flush();
  output_->drain();
  output_.reset();
  buffer_ = {};
}

void PackWriter::sync(mode_t mode) {
  if (::fchmod(file_.get(), mode) != 0) throw_errno("set the mode of", path_, errno);
  sync_file(file_.get(), path_);
  file_.close();
}

void PackWriter::move_to(const std::filesystem::path& directory) {
  const auto name = directory / pack_file_name(header_.id);
  if (std::rename(path_.c_str(), name.c_str()) != 0) throw_errno("write", name, errno);
  path_.clear();
}

void PackWriter::put(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), k_buffer - buffer_.size()));
    buffer_.insert(buffer_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (buffer_.size() == k_buffer) flush();
  }
}

void PackWriter::zeros(std::size_t count) {
  static constexpr std::array<std::byte, k_payload_alignment> k_zeros{};
  put(std::span(k_zeros).first(count));
}

void PackWriter::flush() {
  if (buffer_.empty()) return;
  written_ += buffer_.size();
  output_->append(buffer_);
  buffer_.reserve(k_buffer);
}

}  // namespace track::storage
