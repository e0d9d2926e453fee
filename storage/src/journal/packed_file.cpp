#include "journal/packed_file.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "journal/batch_builder.hpp"
#include "journal/column_index.hpp"
#include "journal/interleave.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage::journal {
namespace {

bool is_plausible(const PackedHeader& header, std::uint64_t size) noexcept {
  const auto& raw = header.raw;
  return header.crc == packed_header_crc(header) && header.header_size == k_packed_header_size &&
         raw.magic == k_magic && raw.crc == header_crc(raw) && header.committed >= k_header_size &&
         header.committed <= k_most_packed && header.committed % k_record_size == 0 &&
         header.directory_at >= k_packed_header_size && header.directory_at <= size &&
         header.directory_size <= size - header.directory_at;
}

}  // namespace

/// What of the raw segment is to be read.
struct PackedFile::Selection {
  std::uint64_t first = 0;  ///< of its points
  std::uint64_t last = 0;   ///< behind them
  std::uint64_t to = 0;
  std::uint64_t invalid = 0;
  std::vector<const PackedBreak*> entries;

  [[nodiscard]] std::uint64_t points() const noexcept { return last - first; }
  /// `start` and `end` are offsets in the raw segment.
  static Selection make(const PackedDirectory& directory, std::uint64_t start, std::uint64_t end,
                        std::uint64_t limit);
};

/// Points of one column that follow each other.
struct PackedFile::Stretch {
  std::size_t column = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

PackedFile::Selection PackedFile::Selection::make(const PackedDirectory& directory,
                                                  std::uint64_t start, std::uint64_t end,
                                                  std::uint64_t limit) {
  Selection selection;
  selection.to = end;
  std::uint64_t at = k_header_size;
  std::uint64_t seen = 0;  // points before `at`
  // False once the limit is reached.
  const auto pass_points = [&](std::uint64_t count) {
    const auto begin = std::clamp(start, at, at + count * k_record_size);
    const auto skipped = (begin - at) / k_record_size;
    const auto rest = end > begin ? (end - begin) / k_record_size : 0;
    const auto taken = std::min({count - skipped, rest, limit - selection.points()});
    if (selection.points() == 0) selection.first = selection.last = seen + skipped;
    selection.last += taken;
    if (taken > 0 && selection.points() == limit) {
      selection.to = begin + taken * k_record_size;
      return false;
    }
    at += count * k_record_size;
    seen += count;
    return true;
  };
  for (const auto& found : directory.breaks) {
    if (at >= end || !pass_points(found.points_before)) return selection;
    const auto behind = at + found.slots * k_record_size;
    if (at >= end) return selection;
    if (found.kind == 0) {
      const auto begin = std::clamp(start, at, behind);
      selection.invalid += (std::min(behind, std::max(begin, end)) - begin) / k_record_size;
    } else if (at >= start) {
      selection.entries.push_back(&found);
    }
    at = behind;
  }
  if (at < end) pass_points(directory.points_after);
  return selection;
}

bool PackedFile::is_packed(const SegmentStart& start) noexcept {
  return start.page.size() >= k_packed_header_size &&
         std::memcmp(start.page.data(), k_packed_magic.data(), k_packed_magic.size()) == 0;
}

std::optional<PackedFile> PackedFile::open(SegmentStart start) {
  PackedFile file;
  std::memcpy(&file.header_, start.page.data(), sizeof file.header_);
  if (file.header_.major > k_packed_major) {
    throw Error(ErrorCode::unsupported,
                "cannot read '" + start.path.string() + "': packed format " +
                    std::to_string(file.header_.major) + " is newer than " +
                    std::to_string(k_packed_major) + ", which this version reads");
  }
  if (!is_plausible(file.header_, start.size)) return std::nullopt;
  file.fd_ = std::move(start.fd);
  file.path_ = std::move(start.path);
  return file;
}

void PackedFile::throw_corrupt(const char* what) const {
  throw Error(ErrorCode::corrupt, "cannot read '" + path_.string() + "': " + what);
}

std::optional<std::span<const std::byte>> PackedFile::bytes_of(const Blob& blob) {
  buffer_.resize(blob.size);
  if (read_at(fd_.get(), buffer_, blob.at, path_) != buffer_.size() ||
      schemas::crc32c(buffer_) != blob.crc) {
    return std::nullopt;
  }
  return buffer_;
}

PackedDirectory PackedFile::read_directory() {
  const auto bytes =
      bytes_of({header_.directory_at, header_.directory_size, header_.directory_crc});
  auto directory = bytes ? PackedDirectory::parse(*bytes, header_) : std::nullopt;
  if (!directory) throw_corrupt("its directory is damaged");
  return std::move(*directory);
}

std::uint64_t PackedFile::read(std::uint64_t from, std::uint64_t end, std::uint64_t limit,
                               schemas::JournalBatch& batch) {
  const auto directory = read_directory();
  const auto selection = Selection::make(directory, from, end, limit);
  batch.invalid_records += selection.invalid;
  for (const auto* found : selection.entries) add_entry(*found, batch);
  for (const auto& stretch : stretches(directory, selection)) add_points(directory, stretch, batch);
  return selection.to;
}

void PackedFile::add_entry(const PackedBreak& found, schemas::JournalBatch& batch) {
  const auto payload = bytes_of(found.payload);
  if (!payload) {
    batch.invalid_records += found.slots;
    return;
  }
  auto entry = decode_frame(found.kind, found.version, *payload);
  if (!entry) {
    ++batch.invalid_records;
  } else if (!std::holds_alternative<schemas::SeriesEntry>(*entry) &&
             !std::holds_alternative<schemas::AnchorEntry>(*entry)) {
    batch.entries.push_back(std::move(*entry));
  }
}

// In the order in which the columns appear among the points.
std::vector<PackedFile::Stretch> PackedFile::stretches(const PackedDirectory& directory,
                                                       const Selection& selection) {
  if (selection.points() == 0) return {};
  if (directory.columns.size() == 1) return {{0, selection.first, selection.last}};
  std::vector<Stretch> found;
  std::vector<std::uint64_t> before(directory.columns.size());
  std::vector<std::uint32_t> places(directory.columns.size(), ColumnIndex::k_unknown);
  std::vector<std::uint32_t> columns;
  const auto all = directory.points();
  for (std::uint64_t at = 0; at < selection.last; at += columns.size()) {
    columns.resize(std::min<std::uint64_t>(k_interleave_points, all - at));
    const auto bytes = bytes_of(directory.interleave[at / k_interleave_points]);
    if (!bytes || !decode_interleave(*bytes, directory.columns.size(), columns))
      throw_corrupt("the order of its points is damaged");
    for (std::uint64_t i = 0; i < columns.size() && at + i < selection.last; ++i) {
      const auto column = columns[i];
      if (at + i < selection.first) {
        ++before[column];
        continue;
      }
      if (places[column] == ColumnIndex::k_unknown) {
        places[column] = static_cast<std::uint32_t>(found.size());
        found.push_back({column, before[column], before[column]});
      }
      ++found[places[column]].to;
    }
  }
  if (std::any_of(found.begin(), found.end(), [&](const Stretch& stretch) {
        return stretch.to > directory.columns[stretch.column].points;
      })) {
    throw_corrupt("the order of its points is damaged");
  }
  return found;
}

void PackedFile::add_points(const PackedDirectory& directory, const Stretch& stretch,
                            schemas::JournalBatch& batch) {
  const auto& column = directory.columns[stretch.column];
  const auto& named_by = directory.breaks[column.named_by];
  const auto name = bytes_of(named_by.payload);
  const auto entry = name ? decode_frame(named_by.kind, named_by.version, *name) : std::nullopt;
  const auto* series = entry ? std::get_if<schemas::SeriesEntry>(&*entry) : nullptr;
  if (series == nullptr) {
    batch.invalid_records += stretch.to - stretch.from;
    return;
  }
  schemas::PointColumns columns;
  columns.series = series->key;
  columns.steps.reserve(stretch.to - stretch.from);
  columns.times_ms.reserve(stretch.to - stretch.from);
  columns.values.reserve(stretch.to - stretch.from);
  for (auto chunk = stretch.from / k_chunk_points; chunk * k_chunk_points < stretch.to; ++chunk) {
    const auto begin = chunk * k_chunk_points;
    const auto count = std::min<std::uint64_t>(k_chunk_points, column.points - begin);
    const auto from = std::max(stretch.from, begin) - begin;
    const auto to = std::min(stretch.to - begin, count);
    if (!add_chunk(column.chunks[chunk], count, from, to, columns))
      batch.invalid_records += to - from;
  }
  if (!columns.steps.empty()) batch.points.push_back(std::move(columns));
}

bool PackedFile::add_chunk(const Blob& blob, std::uint64_t count, std::uint64_t from,
                           std::uint64_t to, schemas::PointColumns& columns) {
  const auto bytes = bytes_of(blob);
  if (!bytes) return false;
  const auto before = columns.steps.size();
  try {
    decoder_.decode(*bytes, count, columns.steps, columns.times_ms, columns.values);
  } catch (const Error&) {
    return false;
  }
  // Copied as it is where all before it were.
  if (from == 0 && to == count && before == columns.chunks.size() * k_chunk_points)
    columns.chunks.push_back({count, {bytes->begin(), bytes->end()}});
  const auto keep = [&](auto& values) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(before);
    values.erase(begin + static_cast<std::ptrdiff_t>(to), values.end());
    values.erase(begin, begin + static_cast<std::ptrdiff_t>(from));
  };
  keep(columns.steps);
  keep(columns.times_ms);
  keep(columns.values);
  return true;
}

}  // namespace track::storage::journal
