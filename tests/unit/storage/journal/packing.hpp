#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "journal/segment_file.hpp"
#include "journal/segment_packer.hpp"
#include "track/schemas/codec.hpp"
#include "track/storage/journal/reader.hpp"

namespace track_test {

/// Packs a segment in one go; the bytes that it saved.
inline std::uint64_t pack(const std::filesystem::path& path) {
  const auto packer = track::storage::journal::SegmentPacker::open(path, 0600);
  if (!packer) return 0;
  while (packer->step()) {
  }
  return packer->saved();
}

/// A segment as it was and, in its place, packed.
struct PackedPair {
  track::storage::SegmentInfo raw;
  track::storage::SegmentInfo packed;

  /// Leaves a copy beside the journal.
  static PackedPair make(const std::filesystem::path& path) {
    const auto copy = path.parent_path().parent_path() / path.filename();
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    pack(path);
    return {track::storage::read_segment_info(copy).value(),
            track::storage::read_segment_info(path).value()};
  }
};

/// What a batch says, in one text that can be compared and printed.
inline std::string text_of(const track::schemas::JournalBatch& batch) {
  std::string text = batch.run.value + " " + batch.segment.to_string() + " to " +
                     std::to_string(batch.to) + (batch.sealed ? " sealed" : "") + " invalid " +
                     std::to_string(batch.invalid_records) + " dropped " +
                     std::to_string(batch.dropped);
  for (const auto& entry : batch.entries) {
    const auto encoded = track::schemas::encode(entry);
    text += "\n" + std::to_string(encoded.kind) + "." + std::to_string(encoded.version) + " " +
            std::to_string(track::schemas::crc32c(encoded.payload));
  }
  for (const auto& columns : batch.points) {
    text += "\n" + columns.series.to_string();
    for (std::size_t i = 0; i < columns.steps.size(); ++i) {
      text += " " + std::to_string(columns.steps[i]) + "@" + std::to_string(columns.times_ms[i]) +
              "=" + std::to_string(std::bit_cast<std::uint64_t>(columns.values[i]));
    }
  }
  return text;
}

/// Where records begin, in the raw form, its end among them.
inline std::vector<std::uint64_t> record_offsets(const std::filesystem::path& path) {
  namespace journal = track::storage::journal;
  struct Visitor {
    std::vector<std::uint64_t> offsets{journal::k_header_size};
    bool point(const journal::Slot&) {
      offsets.push_back(offsets.back() + journal::k_record_size);
      return true;
    }
    bool frame(const journal::FoundFrame& frame) {
      offsets.push_back(offsets.back() + journal::frame_size(frame.payload.size()));
      return true;
    }
    void invalid(std::uint64_t slots) {
      offsets.push_back(offsets.back() + slots * journal::k_record_size);
    }
  } visitor;
  auto file = journal::SegmentFile::open(journal::SegmentStart::open(path).value()).value();
  file.scan(journal::k_header_size, file.committed(), visitor);
  return visitor.offsets;
}

}  // namespace track_test
