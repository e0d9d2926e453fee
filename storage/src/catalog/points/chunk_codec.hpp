#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace track::storage {

/// The most points that one chunk holds.
inline constexpr std::size_t k_chunk_points = 4096;

/// How a column's bytes are kept; the smallest wins. Numbers are on disk: never reused.
enum class ColumnCodec : std::uint8_t {
  raw = 0,              ///< eight bytes a value
  constant = 1,         ///< one value for all
  float32_shuffle = 2,  ///< exact as float32; byte planes, zstd
  word64_shuffle = 3,   ///< byte planes, zstd
  delta_runs = 4,       ///< delta of delta with run length
  delta_runs_zstd = 5,  ///< the same through zstd
  float32_parts = 6,    ///< exact as float32; exponents through zstd, mantissas by bits
};

/// Makes chunks, as docs/formats.md describes them. One thread at a time.
class ChunkEncoder final {
 public:
  ChunkEncoder();
  ChunkEncoder(ChunkEncoder&&) noexcept;
  ~ChunkEncoder();

  /// 1 to k_chunk_points points. Values come back bit for bit.
  [[nodiscard]] std::vector<std::byte> encode(std::span<const std::int64_t> steps,
                                              std::span<const std::int64_t> times_ms,
                                              std::span<const double> values);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads chunks. One thread at a time.
class ChunkDecoder final {
 public:
  ChunkDecoder();
  ChunkDecoder(ChunkDecoder&&) noexcept;
  ~ChunkDecoder();

  /// Appends the chunk's points. `count` is what its row says. The bytes are untrusted: at most
  /// `count` points are made and no more memory is taken. Throws Error{corrupt}, and then
  /// appends nothing.
  void decode(std::span<const std::byte> data, std::uint64_t count,
              std::vector<std::int64_t>& steps, std::vector<std::int64_t>& times_ms,
              std::vector<double>& values);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
