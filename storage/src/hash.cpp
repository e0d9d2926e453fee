#include "track/storage/hash.hpp"

#include <blake3.h>
#include <sodium/crypto_hash_sha256.h>

#include <array>
#include <atomic>
#include <thread>

namespace track::storage {
namespace {

Digest finish(const blake3_hasher& hasher) noexcept {
  Digest digest;
  blake3_hasher_finalize(&hasher, digest.bytes.data(), digest.bytes.size());
  return digest;
}

/// BLAKE3 1.3 looks for the processor's instructions when it first needs them, and keeps what it
/// found without an atomic: two first calls at once would race.
void settle_dispatch() noexcept {
  enum State : int { k_new, k_settling, k_settled };
  static constinit std::atomic<int> state = k_new;
  if (state.load(std::memory_order_acquire) == k_settled) return;
  int expected = k_new;
  if (!state.compare_exchange_strong(expected, k_settling)) {
    // It takes a microsecond. Not for ever: in a forked child whoever is at it may be gone.
    constexpr int k_patience = 1000;
    for (int i = 0; i < k_patience; ++i) {
      if (state.load(std::memory_order_acquire) == k_settled) return;
      std::this_thread::yield();
    }
  }
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  static_cast<void>(finish(hasher));
  state.store(k_settled, std::memory_order_release);
}

}  // namespace

class Blake3::Impl {
 public:
  Impl() noexcept { settle_dispatch(); }
  blake3_hasher hasher;
};

Blake3::Blake3() : impl_(std::make_unique<Impl>()) { blake3_hasher_init(&impl_->hasher); }

Blake3::Blake3(std::string_view context) : impl_(std::make_unique<Impl>()) {
  blake3_hasher_init_derive_key_raw(&impl_->hasher, context.data(), context.size());
}

Blake3::Blake3(Blake3&&) noexcept = default;
Blake3& Blake3::operator=(Blake3&&) noexcept = default;
Blake3::~Blake3() = default;

void Blake3::update(std::span<const std::byte> data) noexcept {
  blake3_hasher_update(&impl_->hasher, data.data(), data.size());
}

void Blake3::update(std::string_view text) noexcept { update(std::as_bytes(std::span(text))); }

Digest Blake3::finish() const noexcept { return storage::finish(impl_->hasher); }

Digest blake3(std::span<const std::byte> data) {
  settle_dispatch();
  blake3_hasher hasher;  // on the stack: small chunks are hashed by the million
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, data.data(), data.size());
  return finish(hasher);
}

Digest blake3(std::string_view text) { return blake3(std::as_bytes(std::span(text))); }

class Sha256::Impl {
 public:
  crypto_hash_sha256_state state;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) { crypto_hash_sha256_init(&impl_->state); }

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> data) noexcept {
  crypto_hash_sha256_update(&impl_->state, reinterpret_cast<const unsigned char*>(data.data()),
                            data.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(&impl_->state, hash.data());
  std::string text;
  text.reserve(2 * hash.size());
  for (const auto byte : hash) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

}  // namespace track::storage
