#include "catalog/points/chunk_codec.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <functional>
#include <new>
#include <optional>
#include <string>

#include "catalog/points/byte_planes.hpp"
#include "catalog/points/delta_runs.hpp"
#include "catalog/points/float32_parts.hpp"
#include "catalog/points/little_endian.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

using Bytes = std::vector<std::byte>;
using ByteSpan = std::span<const std::byte>;
using Words = std::vector<std::uint64_t>;

constexpr std::uint8_t k_chunk_version = 1;
constexpr std::size_t k_columns = 3;
constexpr std::size_t k_header = 1 + k_columns + k_columns * sizeof(std::uint32_t);
constexpr int k_zstd_level = 1;
constexpr std::size_t k_worth_squeezing = 32;  // bytes; what zstd adds of its own is about as much

[[noreturn]] void throw_corrupt(const std::string& what) {
  throw Error(ErrorCode::corrupt, "cannot read a chunk of points: " + what);
}

struct Column {
  ColumnCodec codec = ColumnCodec::raw;
  Bytes bytes;
};

/// The smallest of what is offered, for words that take the most room as they are.
class Smallest {
 public:
  explicit Smallest(std::span<const std::uint64_t> words) noexcept : words_(words) {}

  void offer(ColumnCodec codec, Bytes bytes) {
    if (bytes.size() < (best_ ? best_->bytes.size() : words_.size_bytes()))
      best_ = {codec, std::move(bytes)};
  }
  Column take() && {
    if (best_) return std::move(*best_);
    const auto bytes = std::as_bytes(words_);
    return {ColumnCodec::raw, {bytes.begin(), bytes.end()}};
  }

 private:
  std::span<const std::uint64_t> words_;
  std::optional<Column> best_;
};

std::optional<Column> constant(std::span<const std::uint64_t> words) {
  if (std::adjacent_find(words.begin(), words.end(), std::not_equal_to<>()) != words.end())
    return std::nullopt;
  Column column{ColumnCodec::constant, {}};
  append_little_endian(column.bytes, words.front());
  return column;
}

/// The values as float32, where not one of them loses a bit.
std::optional<std::vector<std::uint32_t>> as_float32(std::span<const double> values) {
  std::vector<std::uint32_t> words;
  words.reserve(values.size());
  for (const double value : values) {
    const auto narrow = static_cast<float>(value);
    if (std::bit_cast<std::uint64_t>(static_cast<double>(narrow)) !=
        std::bit_cast<std::uint64_t>(value)) {
      return std::nullopt;
    }
    words.push_back(std::bit_cast<std::uint32_t>(narrow));
  }
  return words;
}

}  // namespace

class ChunkEncoder::Impl {
 public:
  Impl() : context_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {
    if (!context_) throw std::bad_alloc();
  }

  Column integers(std::span<const std::uint64_t> words) {
    if (auto column = constant(words)) return std::move(*column);
    Smallest best(words);
    auto runs = encode_delta_runs(words);
    if (runs.size() > k_worth_squeezing) best.offer(ColumnCodec::delta_runs_zstd, compress(runs));
    best.offer(ColumnCodec::delta_runs, std::move(runs));
    return std::move(best).take();
  }

  Column reals(std::span<const double> values) {
    Words words;
    words.reserve(values.size());
    for (const double value : values) words.push_back(std::bit_cast<std::uint64_t>(value));
    if (auto column = constant(words)) return std::move(*column);
    Smallest best(words);
    if (const auto narrow = as_float32(values)) {
      const auto planes = split_planes(std::span<const std::uint32_t>(*narrow));
      if (has_pattern(ByteSpan(planes).subspan(values.size(), values.size())))
        best.offer(ColumnCodec::float32_shuffle, compress(planes));
      best.offer(ColumnCodec::float32_parts, parts(*narrow));
    } else {
      best.offer(ColumnCodec::word64_shuffle,
                 compress(split_planes(std::span<const std::uint64_t>(words))));
    }
    return std::move(best).take();
  }

 private:
  /// Where the second byte of float32 values is noise, so is the first, and what is left of them
  /// float32_parts keeps better.
  bool has_pattern(ByteSpan second_plane) {
    constexpr std::size_t k_few = 512;
    return second_plane.size() < k_few ||
           compress(second_plane).size() < second_plane.size() / 16 * 15;
  }

  /// Layout of ColumnCodec::float32_parts.
  Bytes parts(std::span<const std::uint32_t> words) {
    const auto apart = take_apart(words);
    const auto& exponents = apart.exponents;
    Bytes block(exponents.begin(), exponents.begin() + 1);
    if (std::adjacent_find(exponents.begin(), exponents.end(), std::not_equal_to<>()) !=
        exponents.end()) {
      block = compress(exponents);
      if (block.size() >= exponents.size()) block = exponents;
    }
    Bytes out;
    out.push_back(static_cast<std::byte>(apart.mantissa_bits));
    out.push_back(static_cast<std::byte>(apart.signs));
    append_little_endian(out, static_cast<std::uint16_t>(block.size()));
    for (const ByteSpan bytes :
         {ByteSpan(block), ByteSpan(apart.sign_bits), ByteSpan(apart.mantissas)})
      out.insert(out.end(), bytes.begin(), bytes.end());
    return out;
  }

  Bytes compress(ByteSpan plain) {
    Bytes out(ZSTD_compressBound(plain.size()));
    const auto size = ZSTD_compressCCtx(context_.get(), out.data(), out.size(), plain.data(),
                                        plain.size(), k_zstd_level);
    if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the bound leaves no other cause
    out.resize(size);
    return out;
  }

  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

ChunkEncoder::ChunkEncoder() : impl_(std::make_unique<Impl>()) {}
ChunkEncoder::ChunkEncoder(ChunkEncoder&&) noexcept = default;
ChunkEncoder::~ChunkEncoder() = default;

std::vector<std::byte> ChunkEncoder::encode(std::span<const std::int64_t> steps,
                                            std::span<const std::int64_t> times_ms,
                                            std::span<const double> values) {
  assert(!steps.empty() && steps.size() <= k_chunk_points);
  assert(steps.size() == times_ms.size() && steps.size() == values.size());
  const Column columns[k_columns] = {impl_->integers(Words(steps.begin(), steps.end())),
                                     impl_->integers(Words(times_ms.begin(), times_ms.end())),
                                     impl_->reals(values)};
  Bytes out;
  out.push_back(std::byte{k_chunk_version});
  for (const auto& column : columns) out.push_back(static_cast<std::byte>(column.codec));
  for (const auto& column : columns) {
    append_little_endian(out, static_cast<std::uint32_t>(column.bytes.size()));
  }
  for (const auto& column : columns) {
    out.insert(out.end(), column.bytes.begin(), column.bytes.end());
  }
  return out;
}

class ChunkDecoder::Impl {
 public:
  Impl() : context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    if (!context_) throw std::bad_alloc();
  }

  std::array<Words, k_columns> columns;  // kept for the next chunk

  void column(ColumnCodec codec, ByteSpan bytes, std::span<std::uint64_t> words) {
    switch (codec) {
      case ColumnCodec::raw:
        return raw(bytes, words);
      case ColumnCodec::constant:
        if (bytes.size() != sizeof(std::uint64_t)) throw_corrupt("a constant of another size");
        return std::fill(words.begin(), words.end(), little_endian<std::uint64_t>(bytes));
      case ColumnCodec::float32_shuffle:
        return float32(bytes, words);
      case ColumnCodec::float32_parts:
        return parts(bytes, words);
      case ColumnCodec::word64_shuffle:
        return join_planes(ByteSpan(exactly(bytes, words.size_bytes())), words);
      case ColumnCodec::delta_runs:
        return delta_runs(bytes, words);
      case ColumnCodec::delta_runs_zstd:
        return delta_runs(at_most(bytes, max_delta_runs(words.size())), words);
    }
    throw_corrupt("an unknown codec");
  }

 private:
  static void raw(ByteSpan bytes, std::span<std::uint64_t> words) {
    if (bytes.size() != words.size_bytes()) throw_corrupt("a column of another size");
    for (auto& word : words) {
      word = little_endian<std::uint64_t>(bytes);
      bytes = bytes.subspan(sizeof word);
    }
  }

  static void delta_runs(ByteSpan bytes, std::span<std::uint64_t> words) {
    if (!decode_delta_runs(bytes, words)) throw_corrupt("differences that do not add up");
  }

  void float32(ByteSpan bytes, std::span<std::uint64_t> words) {
    std::vector<std::uint32_t> narrow(words.size());
    join_planes(ByteSpan(exactly(bytes, words.size() * sizeof(std::uint32_t))),
                std::span<std::uint32_t>(narrow));
    widen(narrow, words);
  }

  void parts(ByteSpan bytes, std::span<std::uint64_t> words) {
    constexpr std::size_t k_head = 4;
    const auto count = words.size();
    const auto take = [&bytes](std::size_t size) {
      if (size > bytes.size()) throw_corrupt("it is cut short");
      const auto taken = bytes.first(size);
      bytes = bytes.subspan(size);
      return taken;
    };
    const auto head = take(k_head);
    const auto bits = static_cast<unsigned>(head[0]);
    const auto signs = static_cast<Float32Parts::Signs>(head[1]);
    if (bits > 23 || signs > Float32Parts::Signs::mixed) throw_corrupt("parts out of range");
    const auto block = take(little_endian<std::uint16_t>(head.subspan(2)));
    const auto exponents = block.size() == count ? Bytes(block.begin(), block.end())
                           : block.size() == 1   ? Bytes(count, block.front())
                                                 : exactly(block, count);
    const auto sign_bits =
        take(signs == Float32Parts::Signs::mixed ? bytes_of_bits(count) : std::size_t{0});
    const auto mantissas = take(bytes_of_bits(count * bits));
    if (!bytes.empty()) throw_corrupt("bytes left over");
    std::vector<std::uint32_t> narrow(count);
    put_together(exponents, signs, sign_bits, bits, mantissas, narrow);
    widen(narrow, words);
  }

  static void widen(std::span<const std::uint32_t> narrow, std::span<std::uint64_t> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      words[i] = std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(narrow[i])));
    }
  }

  Bytes exactly(ByteSpan bytes, std::size_t size) {
    auto plain = at_most(bytes, size);
    if (plain.size() != size) throw_corrupt("a column of another size");
    return plain;
  }

  Bytes at_most(ByteSpan bytes, std::size_t limit) {
    Bytes plain(limit);
    const auto size =
        ZSTD_decompressDCtx(context_.get(), plain.data(), plain.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) != 0) throw_corrupt(ZSTD_getErrorName(size));
    plain.resize(size);
    return plain;
  }

  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
};

ChunkDecoder::ChunkDecoder() : impl_(std::make_unique<Impl>()) {}
ChunkDecoder::ChunkDecoder(ChunkDecoder&&) noexcept = default;
ChunkDecoder::~ChunkDecoder() = default;

void ChunkDecoder::decode(std::span<const std::byte> data, std::uint64_t count,
                          std::vector<std::int64_t>& steps, std::vector<std::int64_t>& times_ms,
                          std::vector<double>& values) {
  if (count == 0 || count > k_chunk_points) throw_corrupt("a count out of range");
  if (data.size() < k_header) throw_corrupt("it is cut short");
  if (data[0] != std::byte{k_chunk_version}) throw_corrupt("an unknown version");
  auto& columns = impl_->columns;
  for (auto& column : columns) column.resize(count);
  auto rest = data.subspan(k_header);
  for (std::size_t i = 0; i < k_columns; ++i) {
    const auto size =
        little_endian<std::uint32_t>(data.subspan(1 + k_columns + i * sizeof(std::uint32_t)));
    if (size > rest.size()) throw_corrupt("it is cut short");
    impl_->column(static_cast<ColumnCodec>(data[1 + i]), rest.first(size), columns[i]);
    rest = rest.subspan(size);
  }
  if (!rest.empty()) throw_corrupt("bytes left over");
  steps.insert(steps.end(), columns[0].begin(), columns[0].end());
  times_ms.insert(times_ms.end(), columns[1].begin(), columns[1].end());
  values.resize(values.size() + count);
  std::memcpy(values.data() + values.size() - count, columns[2].data(), count * sizeof(double));
}

}  // namespace track::storage
