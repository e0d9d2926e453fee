#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace track::storage {

/// How a record's payload is stored; a byte in its header.
enum class Codec : std::uint8_t { raw = 0, zstd = 1 };

struct Compressed {
  Codec codec = Codec::raw;
  std::span<const std::byte> bytes;  ///< the input itself, or the compressor's buffer
};

/// Chooses and applies a codec by trying a sample of 8 KiB: what shrinks below four fifths,
/// text and the like, goes through zstd at level 1; the rest, floats and the like, stays raw.
///
/// Thread safety: one thread at a time.
class Compressor final {
 public:
  Compressor();
  Compressor(Compressor&&) noexcept;
  ~Compressor();

  /// Forgets the last sample: other bytes than before come next.
  void start_file() noexcept;
  /// Valid until the next call. Samples anew after every MiB of a file.
  [[nodiscard]] Compressed compress(std::span<const std::byte> data);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Undoes it into `plain`, whose size is what the record states. False where the bytes are
/// broken, or are not exactly that long: nothing is ever written past `plain`.
[[nodiscard]] bool decompress(Codec codec, std::span<const std::byte> stored,
                              std::span<std::byte> plain) noexcept;

}  // namespace track::storage
