#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "catalog/points/chunk_codec.hpp"
#include "catalog/sqlite/connection.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

/// Goes through a series by the headers of its chunks, and reads those alone of which that is not
/// enough. Memory is that of the headers and of one chunk.
class ChunkScan final {
 public:
  /// Reads the headers of series row `series`. Throws Error.
  ChunkScan(const Connection& connection, std::int64_t series);

  /// Whether the chunks, one after the other, are the default view: all of one attempt, each in
  /// order of step and beyond the one before. The caller knows of no rewind.
  [[nodiscard]] bool is_in_order() const noexcept;
  /// Only where it is in order. Throws Error{corrupt} naming the chunk.
  void give(const StepRange& range, PointSink& sink);

 private:
  struct Header {
    std::int64_t id = 0;
    std::int64_t attempt = 1;
    bool ordered = true;
    PointBlock block;
  };

  /// What of a chunk lies within a range.
  struct Piece {
    const Header* header = nullptr;
    std::int64_t first = 0;  ///< step
    std::int64_t last = 0;
  };

  [[nodiscard]] std::vector<Piece> pieces(const StepRange& range);
  /// Replaces what was read before.
  void read(const Header& header);
  /// The points that were read within the range, as indexes.
  [[nodiscard]] std::pair<std::size_t, std::size_t> part(const StepRange& range) const;

  const Connection& connection_;
  std::vector<Header> headers_;
  ChunkDecoder decoder_;
  std::vector<std::int64_t> steps_;
  std::vector<std::int64_t> times_ms_;
  std::vector<double> values_;
};

}  // namespace track::storage
