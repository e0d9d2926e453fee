#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "journal/packed_format.hpp"

namespace track::storage::journal {

/// Where some bytes lie in the file, and their crc32c.
struct Blob {
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

/// What stood between points in the raw segment.
struct PackedBreak {
  std::uint64_t points_before = 0;  ///< since the break before
  std::uint8_t kind = 0;            ///< of a framed record; 0: slots that hold no valid record
  std::uint8_t version = 0;
  std::int64_t time = 0;
  std::uint64_t slots = 0;  ///< that it takes in the raw segment
  Blob payload;
};

/// The points of one series.
struct PackedColumn {
  std::uint64_t named_by = 0;  ///< the break that is its series record
  std::uint64_t points = 0;
  std::vector<Blob> chunks;  ///< of k_chunk_points points each, but the last
};

/// What lies where in a packed segment.
struct PackedDirectory {
  std::vector<PackedBreak> breaks;  ///< in the order of the raw segment
  std::uint64_t points_after = 0;   ///< behind the last break
  std::vector<PackedColumn> columns;
  std::vector<Blob> interleave;  ///< a block each k_interleave_points points

  [[nodiscard]] std::uint64_t points() const noexcept;
  [[nodiscard]] std::vector<std::byte> encode() const;
  /// Nothing where it is not whole, or does not add up to what `header`, whose length is checked
  /// already, says. The bytes are untrusted: no more memory is taken than they account for.
  [[nodiscard]] static std::optional<PackedDirectory> parse(std::span<const std::byte> bytes,
                                                            const PackedHeader& header);
};

}  // namespace track::storage::journal
