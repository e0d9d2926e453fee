#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "track/schemas/digest.hpp"

namespace track::storage {

/// Incremental BLAKE3 (specification of 2020-01-09, github.com/BLAKE3-team/BLAKE3-specs).
class Blake3 final {
 public:
  Blake3();
  /// Derive-key mode: another context gives an unrelated hash.
  explicit Blake3(std::string_view context);
  Blake3(Blake3&&) noexcept;
  Blake3& operator=(Blake3&&) noexcept;
  ~Blake3();

  void update(std::span<const std::byte> data) noexcept;
  void update(std::string_view text) noexcept;
  [[nodiscard]] Digest finish() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Digest blake3(std::span<const std::byte> data);
[[nodiscard]] Digest blake3(std::string_view text);

/// Incremental SHA-256 (FIPS 180-4), by libsodium.
class Sha256 final {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(std::span<const std::byte> data) noexcept;
  /// 64 lower-case hex digits.
  [[nodiscard]] std::string finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
