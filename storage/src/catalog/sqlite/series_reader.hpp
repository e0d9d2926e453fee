#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "catalog/points/chunk_codec.hpp"
#include "catalog/points/default_view.hpp"
#include "catalog/sqlite/sqlite_api.hpp"
#include "catalog/sqlite/statement.hpp"
#include "catalog/sqlite/tail_reader.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/query.hpp"

namespace track::storage {

/// Throws Error{corrupt} naming the chunk, where `data` is not what its row says.
void check_chunk(std::int64_t chunk, std::uint32_t crc, std::span<const std::byte> data);

enum class PointView : std::uint8_t { latest, every };

/// Reads points of series by their chunks. Uses the C API alone.
///
/// Thread safety: that of the connection.
class SeriesReader final {
 public:
  explicit SeriesReader(sqlite3* db) noexcept : db_(db) {}

  /// The points of series row `series` (0: none) and of `tail`, within `range`. `rewinds` are the
  /// run's. `sources` of the result index `origins`. Throws Error{corrupt} naming the chunk.
  [[nodiscard]] OrderedPoints read(std::int64_t series, std::string_view metric,
                                   std::vector<SegmentPoints> tail, std::span<const Rewind> rewinds,
                                   const StepRange& range, PointView view,
                                   std::vector<PointSource>* origins = nullptr);
  /// Every point of the series row, segment by segment in the order of all.
  [[nodiscard]] std::vector<SegmentPoints> segments(std::int64_t series,
                                                    const StepRange& range = {});

 private:
  /// All chunks at once, where no order but that of append matters.
  [[nodiscard]] OrderedPoints read_in_place(std::int64_t series, const StepRange& range,
                                            PointView view, std::vector<PointSource>* origins);
  template <typename Take>
  void for_each_chunk(std::int64_t series, const StepRange& range, Take take);
  [[nodiscard]] std::size_t count_points(std::int64_t series, const StepRange& range);
  [[nodiscard]] AttemptStarts starts(std::int64_t series, const std::vector<SegmentPoints>& tail);

  sqlite3* db_;
  ChunkDecoder decoder_;
  std::optional<Statement>
      select_chunks_;  ///< prepared when first needed: there may be many series
  std::optional<Statement> select_starts_;
  std::optional<Statement> count_points_;
};

}  // namespace track::storage
