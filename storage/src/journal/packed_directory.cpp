#include "journal/packed_directory.hpp"

#include <utility>

#include "catalog/points/little_endian.hpp"
#include "catalog/points/varint.hpp"
#include "track/schemas/journal_entry.hpp"

namespace track::storage::journal {
namespace {

using Bytes = std::vector<std::byte>;

constexpr auto k_series_kind = static_cast<std::uint8_t>(schemas::EntryKind::series);
constexpr std::size_t k_least_blob = 6;  // bytes that a blob takes in a directory

void append_blob(Bytes& out, const Blob& blob) {
  append_varint(out, blob.at);
  append_varint(out, blob.size);
  append_little_endian(out, blob.crc);
}

/// Takes numbers off the front of untrusted bytes; what cannot be is zero, and fails it for good.
class Parser final {
 public:
  Parser(std::span<const std::byte> bytes, const PackedHeader& header) noexcept
      : bytes_(bytes), header_(header) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return !failed_ && bytes_.empty(); }
  void require(bool holds) noexcept { failed_ = failed_ || !holds; }

  std::uint64_t number(std::uint64_t most) noexcept {
    const auto value = take_varint(bytes_);
    require(value.has_value() && *value <= most);
    return failed_ ? 0 : *value;
  }
  /// How many things follow that take at least `least` bytes each.
  std::size_t count(std::size_t least) noexcept {
    return static_cast<std::size_t>(number(bytes_.size() / least));
  }
  template <typename T>
  T word() noexcept {
    require(bytes_.size() >= sizeof(T));
    if (failed_) return 0;
    const auto value = little_endian<T>(bytes_);
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }
  Blob blob() noexcept {
    Blob blob;
    blob.at = number(header_.directory_at);
    blob.size = number(header_.directory_at - blob.at);
    blob.crc = word<std::uint32_t>();
    require(blob.at >= k_packed_header_size);
    return blob;
  }
  std::vector<Blob> blobs(std::uint64_t count) {
    require(count <= bytes_.size() / k_least_blob);
    std::vector<Blob> all;
    for (std::uint64_t i = 0; !failed_ && i < count; ++i) all.push_back(blob());
    return all;
  }

 private:
  std::span<const std::byte> bytes_;
  const PackedHeader& header_;
  bool failed_ = false;
};

PackedBreak parse_break(Parser& parser, std::uint64_t slots_left) {
  PackedBreak found;
  found.points_before = parser.number(slots_left);
  slots_left -= found.points_before;
  found.kind = parser.word<std::uint8_t>();
  parser.require(found.kind != k_point_kind);
  if (found.kind == 0) {
    found.slots = parser.number(slots_left);
    return found;
  }
  found.version = parser.word<std::uint8_t>();
  found.time = static_cast<std::int64_t>(parser.word<std::uint64_t>());
  found.payload = parser.blob();
  found.slots = frame_size(found.payload.size) / k_record_size;
  parser.require(found.slots <= slots_left);
  return found;
}

PackedColumn parse_column(Parser& parser, const std::vector<PackedBreak>& breaks,
                          std::uint64_t most) {
  PackedColumn column;
  column.named_by = parser.number(breaks.empty() ? 0 : breaks.size() - 1);
  column.points = parser.number(most);
  parser.require(column.named_by < breaks.size() && breaks[column.named_by].kind == k_series_kind);
  column.chunks = parser.blobs(blocks_of(column.points, k_chunk_points));
  return column;
}

}  // namespace

std::uint64_t PackedDirectory::points() const noexcept {
  auto all = points_after;
  for (const auto& found : breaks) all += found.points_before;
  return all;
}

std::vector<std::byte> PackedDirectory::encode() const {
  Bytes out;
  append_varint(out, breaks.size());
  for (const auto& found : breaks) {
    append_varint(out, found.points_before);
    append_little_endian(out, found.kind);
    if (found.kind == 0) {
      append_varint(out, found.slots);
      continue;
    }
    append_little_endian(out, found.version);
    append_little_endian(out, static_cast<std::uint64_t>(found.time));
    append_blob(out, found.payload);
  }
  append_varint(out, points_after);
  append_varint(out, columns.size());
  for (const auto& column : columns) {
    append_varint(out, column.named_by);
    append_varint(out, column.points);
    for (const auto& chunk : column.chunks) append_blob(out, chunk);
  }
  for (const auto& block : interleave) append_blob(out, block);
  return out;
}

std::optional<PackedDirectory> PackedDirectory::parse(std::span<const std::byte> bytes,
                                                      const PackedHeader& header) {
  Parser parser(bytes, header);
  PackedDirectory directory;
  auto slots_left = (header.committed - k_header_size) / k_record_size;
  constexpr std::size_t k_least_break = 3;
  for (auto count = parser.count(k_least_break); count > 0 && !parser.failed(); --count) {
    auto found = parse_break(parser, slots_left);
    if (!parser.failed()) slots_left -= found.points_before + found.slots;
    directory.breaks.push_back(std::move(found));
  }
  directory.points_after = parser.number(slots_left);
  parser.require(directory.points_after == slots_left);
  const auto points = parser.failed() ? 0 : directory.points();
  auto points_left = points;
  constexpr std::size_t k_least_column = 2;
  for (auto count = parser.count(k_least_column); count > 0 && !parser.failed(); --count) {
    auto column = parse_column(parser, directory.breaks, points_left);
    points_left -= column.points;
    directory.columns.push_back(std::move(column));
  }
  parser.require(points_left == 0);
  directory.interleave = parser.blobs(blocks_of(points, k_interleave_points));
  if (!parser.at_end()) return std::nullopt;
  return directory;
}

}  // namespace track::storage::journal
