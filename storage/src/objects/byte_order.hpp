#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "track/schemas/digest.hpp"

namespace track::storage {

/// Appends little-endian fields to bytes.
class ByteWriter final {
 public:
  explicit ByteWriter(std::vector<std::byte>& bytes) noexcept : bytes_(bytes) {}

  template <std::unsigned_integral Integer>
  void put(Integer value) {
    for (unsigned i = 0; i < sizeof value; ++i) {
      bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }
  void put(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const auto at = bytes_.size();
    bytes_.resize(at + bytes.size());
    std::memcpy(bytes_.data() + at, bytes.data(), bytes.size());
  }
  void put(std::string_view text) { put(std::as_bytes(std::span(text))); }
  void put(const Digest& digest) { put(std::as_bytes(std::span(digest.bytes))); }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }

 private:
  std::vector<std::byte>& bytes_;
};

/// Reads little-endian fields. Past the end it answers zeros and remembers that it failed,
/// so that a parser may check once.
class ByteReader final {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

  template <std::unsigned_integral Integer>
  [[nodiscard]] Integer get() noexcept {
    const auto field = take(sizeof(Integer));
    std::uint64_t value = 0;
    for (std::size_t i = field.size(); i > 0; --i) {
      value = (value << 8U) | std::to_integer<std::uint64_t>(field[i - 1]);
    }
    return static_cast<Integer>(value);
  }
  [[nodiscard]] std::span<const std::byte> take(std::size_t count) noexcept {
    if (count > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const auto field = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return field;
  }
  [[nodiscard]] std::string_view text(std::size_t count) noexcept {
    const auto field = take(count);
    return {reinterpret_cast<const char*>(field.data()), field.size()};
  }
  [[nodiscard]] Digest digest() noexcept {
    Digest digest;
    const auto field = take(digest.bytes.size());
    if (!field.empty()) std::memcpy(digest.bytes.data(), field.data(), field.size());
    return digest;
  }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  std::span<const std::byte> bytes_;
  bool failed_ = false;
};

}  // namespace track::storage
