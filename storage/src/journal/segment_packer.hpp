#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "catalog/points/chunk_codec.hpp"
#include "journal/column_index.hpp"
#include "journal/packed_directory.hpp"
#include "journal/packed_output.hpp"
#include "journal/segment_file.hpp"
#include "objects/compression.hpp"

namespace track::storage::journal {

/// Re-encodes a sealed segment into the chunks of the catalog, and puts that in its place, piece by
/// piece: a first pass over the records finds what there is, others collect the points of as many
/// series as a bounded memory holds.
///
/// Until the last piece nothing but a nameless file has changed, so that a failure costs nothing.
/// One thread at a time.
class SegmentPacker final {
 public:
  /// Nothing where it is no raw segment that is sealed, or is too large. Throws Error; not_found
  /// where it was ingested meanwhile.
  [[nodiscard]] static std::unique_ptr<SegmentPacker> open(const std::filesystem::path& path,
                                                           mode_t mode);
  SegmentPacker(const SegmentPacker&) = delete;
  SegmentPacker& operator=(const SegmentPacker&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return raw_.path(); }
  /// Does a piece, of about 100 µs where it does not wait for the disk. False where there was
  /// nothing left to do. Throws Error.
  bool step();
  /// Bytes on disk that were saved; 0 while the segment is as it was, which it stays where packing
  /// would gain little.
  [[nodiscard]] std::uint64_t saved() const noexcept { return saved_; }

 private:
  enum class Stage : std::uint8_t { survey, collect, directory, sync, name, done };
  struct Survey;

  /// Points that follow each other in the raw segment.
  struct Stretch {
    std::uint64_t at = 0;
    std::uint64_t points = 0;
    TimeAnchor anchor;
  };
  struct Buffer {
    std::vector<std::int64_t> steps;
    std::vector<std::int64_t> times_ms;
    std::vector<double> values;
  };

  SegmentPacker(SegmentFile raw, mode_t mode);
  void survey();
  void add_point(std::uint32_t column);
  void add_break(PackedBreak found);
  void add_frame(const FoundFrame& frame);
  void add_invalid(std::uint64_t slots);
  void end_stretch();
  void flush_interleave();
  void collect();
  bool next_group();
  /// False once a piece is done.
  bool collect_slots(const Stretch& stretch, std::uint64_t& slots_left);
  void collect_rest();
  void encode(std::size_t column);
  void write_directory();
  void put_in_place();

  SegmentFile raw_;
  ForkClosed raw_closed_;  // a child that kept it open would keep its space in use
  PackedOutput output_;
  Stage stage_ = Stage::survey;
  std::uint64_t saved_ = 0;
  PackedDirectory directory_;
  ColumnIndex columns_;
  ChunkEncoder encoder_;
  Compressor compressor_;

  // The survey's.
  std::uint64_t at_ = k_header_size;
  TimeAnchor anchor_;
  Stretch stretch_;
  std::vector<Stretch> stretches_;
  std::vector<std::uint32_t> interleave_;

  // The collection's: of columns from group_ on, one for each buffer.
  std::size_t group_ = 0;
  std::vector<Buffer> buffers_;
  std::size_t stretches_done_ = 0;
  std::uint64_t points_done_ = 0;  // of the stretch behind those
  std::size_t rest_done_ = 0;      // buffers whose last chunk is written
};

}  // namespace track::storage::journal
