#include "journal/segment_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "track/schemas/error.hpp"

#include "file/errno.hpp"

namespace track::storage::journal {
namespace {

constexpr std::size_t k_chunk =
    64UL << 10U;  // stays in the cache, and below what malloc maps anew each time

std::uint64_t word_of(std::span<const std::byte> page, std::size_t at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, page.data() + at, sizeof value);
  return value;
}

}  // namespace

std::optional<SegmentStart> SegmentStart::open(const std::filesystem::path& path) {
  SegmentStart start{.fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY),
                     .path = path,
                     .size = 0,
                     .page = std::vector<std::byte>(k_header_size)};
  struct stat status {};
  if (fstat(start.fd.get(), &status) != 0) throw_errno("read", path, errno);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  start.size = static_cast<std::uint64_t>(status.st_size);
  start.page.resize(read_at(start.fd.get(), start.page, 0, path));
  return start;
}

std::optional<SegmentFile> SegmentFile::open(SegmentStart start) {
  SegmentFile file;
  file.path_ = std::move(start.path);
  file.fd_ = std::move(start.fd);
  file.size_ = start.size / k_record_size * k_record_size;
  if (start.page.size() < k_header_size || !file.read_header(start.page)) return std::nullopt;
  return file;
}

bool SegmentFile::read_header(std::span<const std::byte> page) {
  std::memcpy(&header_, page.data(), sizeof header_);
  if (header_.magic != k_magic || header_.endian != k_endian) return false;
  if (header_.major > k_major) {
    throw Error(ErrorCode::unsupported, "cannot read '" + path_.string() + "': journal format " +
                                            std::to_string(header_.major) + " is newer than " +
                                            std::to_string(k_major) + ", which this version reads");
  }
  if (header_.crc != header_crc(header_) || header_.record_size != k_record_size ||
      header_.header_size != k_header_size) {
    return false;
  }
  sealed_ = word_of(page, k_state_at) == static_cast<std::uint64_t>(SegmentState::sealed);
  dropped_ = word_of(page, k_dropped_at);
  // After the state: a length read before the segment was sealed might not be its last.
  std::uint64_t committed = 0;
  const auto bytes = std::as_writable_bytes(std::span(&committed, 1));
  if (read_at(fd_.get(), bytes, k_committed_at, path_) != bytes.size()) return false;
  committed_is_sane_ =
      committed >= k_header_size && committed <= size_ && committed % k_record_size == 0;
  committed_ = committed_is_sane_ ? committed : size_;
  return true;
}

std::uint64_t SegmentFile::directory() const {
  std::uint64_t offset = 0;
  const auto bytes = std::as_writable_bytes(std::span(&offset, 1));
  return read_at(fd_.get(), bytes, k_directory_at, path_) == bytes.size() ? offset : 0;
}

std::span<const std::byte> SegmentFile::window(std::uint64_t offset, std::uint64_t count,
                                               std::uint64_t end) {
  if (offset < buffer_at_ || offset + count > buffer_at_ + buffer_size_) {
    const auto wanted =
        std::max<std::uint64_t>(count, std::min<std::uint64_t>(k_chunk, end - offset));
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    buffer_at_ = offset;
    buffer_size_ = read_at(fd_.get(), std::span(buffer_).first(wanted), offset, path_);
    if (buffer_size_ < count) return {};
  }
  const auto available = std::min(buffer_at_ + buffer_size_, end) - offset;
  return std::span<const std::byte>(buffer_).subspan(offset - buffer_at_, available);
}

std::span<const std::byte> SegmentFile::slots(std::uint64_t offset, std::uint64_t end) {
  const auto bytes = window(offset, k_record_size, end);
  return bytes.first(bytes.size() / k_record_size * k_record_size);
}

bool SegmentFile::is_named() const noexcept {
  struct stat status {};
  return fstat(fd_.get(), &status) == 0 && status.st_nlink > 0;
}

std::optional<FoundFrame> SegmentFile::check_frame(const Slot& slot, std::uint64_t offset,
                                                   std::uint64_t end) {
  const auto bytes = window(offset, frame_size(slot.a), end);
  if (bytes.empty()) return std::nullopt;
  FoundFrame frame{
      .offset = offset, .first = slot, .payload = bytes.subspan(k_record_size, slot.a)};
  const auto crc = schemas::crc32c(frame.payload, crc_seed(header_.salt, offset));
  if (crc != static_cast<std::uint32_t>(slot.b)) return std::nullopt;
  return frame;
}

std::optional<FoundFrame> SegmentFile::frame_at(std::uint64_t offset) {
  if (offset < k_header_size || offset % k_record_size != 0 || offset + k_record_size > size_)
    return std::nullopt;
  // A frame alone rather than a chunk: whoever follows links jumps about.
  Slot slot;
  if (read_at(fd_.get(), std::as_writable_bytes(std::span(&slot, 1)), offset, path_) !=
      sizeof slot) {
    return std::nullopt;
  }
  if (!is_valid(slot, offset) || kind_of(slot) == k_point_kind ||
      !payload_fits(slot, offset, size_)) {
    return std::nullopt;
  }
  buffer_size_ = 0;
  return check_frame(slot, offset, offset + frame_size(slot.a));
}

}  // namespace track::storage::journal
