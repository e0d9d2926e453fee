#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace track::storage {

/// How a file was cut; stands in its manifest.
enum class ChunkerKind : std::uint8_t {
  whole = 0,         ///< one chunk, or none for an empty file
  fast_cdc = 1,      ///< FastCDC, 16/64/256 KiB
  fast_cdc_big = 2,  ///< FastCDC, 64/256/1024 KiB, from 1 GiB on
};

/// Cuts bytes where their content says so, so that an insertion moves only the cuts near it.
///
/// FastCDC with normalised chunking (Xia et al., USENIX ATC 2016): a gear hash over the bytes
/// after the smallest length; up to the usual length a cut needs two more zero bits than the
/// average asks for, beyond it two fewer. The hash shifts left, so that its upper bits, which
/// decide, depend on the last 64 bytes.
class Chunker final {
 public:
  explicit Chunker(ChunkerKind kind) noexcept;

  /// Which kind a file of this size is cut by.
  [[nodiscard]] static ChunkerKind kind_for(std::uint64_t file_size) noexcept;

  /// The length of the first chunk of `data`. Give it longest() bytes, unless the file ends before.
  [[nodiscard]] std::size_t cut(std::span<const std::byte> data) const noexcept;
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

 private:
  std::size_t shortest_;
  std::size_t usual_;
  std::size_t longest_;
  std::uint64_t mask_before_;
  std::uint64_t mask_after_;
};

inline constexpr std::uint64_t k_whole_file_limit = 64UL << 10;
inline constexpr std::uint64_t k_big_file = 1UL << 30;
/// No chunk is longer, whoever cut it.
inline constexpr std::size_t k_longest_chunk = 1UL << 20;

}  // namespace track::storage
