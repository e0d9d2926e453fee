#include "objects/compression.hpp"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace track::storage {
namespace {

constexpr std::size_t k_sample = 8UL << 10;
constexpr std::size_t k_sample_every = 1UL << 20;
constexpr std::size_t k_smallest = 64;  // below this zstd's own header costs what it saves
constexpr int k_level = 1;

struct ContextDeleter {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

}  // namespace

class Compressor::Impl {
 public:
  std::unique_ptr<ZSTD_CCtx, ContextDeleter> context{ZSTD_createCCtx()};
  std::vector<std::byte> buffer;
  std::size_t since_sample = k_sample_every;
  bool shrinks = false;

  /// The size it would have; the input's where it cannot be compressed.
  std::size_t shrink(std::span<const std::byte> data) {
    buffer.resize(std::max(buffer.size(), ZSTD_compressBound(data.size())));
    const auto size = ZSTD_compressCCtx(context.get(), buffer.data(), buffer.size(), data.data(),
                                        data.size(), k_level);
    return ZSTD_isError(size) != 0U ? data.size() : size;
  }
};

Compressor::Compressor() : impl_(std::make_unique<Impl>()) {
  if (!impl_->context) throw std::bad_alloc();
}

Compressor::Compressor(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

void Compressor::start_file() noexcept { impl_->since_sample = k_sample_every; }

Compressed Compressor::compress(std::span<const std::byte> data) {
  if (data.size() < k_smallest) return {Codec::raw, data};
  if (impl_->since_sample >= k_sample_every) {
    const auto sample = data.first(std::min(data.size(), k_sample));
    impl_->shrinks = impl_->shrink(sample) < sample.size() / 5 * 4;
    impl_->since_sample = 0;
  }
  impl_->since_sample += data.size();
  if (!impl_->shrinks) return {Codec::raw, data};
  const auto size = impl_->shrink(data);
  if (size >= data.size()) return {Codec::raw, data};
  return {Codec::zstd, std::span<const std::byte>(impl_->buffer).first(size)};
}

bool decompress(Codec codec, std::span<const std::byte> stored,
                std::span<std::byte> plain) noexcept {
  switch (codec) {
    case Codec::raw:
      if (stored.size() != plain.size()) return false;
      if (!plain.empty()) std::memcpy(plain.data(), stored.data(), plain.size());
      return true;
    case Codec::zstd:
      return ZSTD_decompress(plain.data(), plain.size(), stored.data(), stored.size()) ==
             plain.size();
  }
  return false;
}

}  // namespace track::storage
