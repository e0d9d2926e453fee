#pragma once

#include <bit>
#include <cereal/cereal.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

// cereal archives over bytes in memory, for payloads of records: numbers are
// little-endian, lengths are LEB128, and nothing is read past the end.

namespace track::schemas {

/// Thrown by PayloadReader; `cause` is a literal.
struct MalformedPayload {
  const char* cause;
};

template <typename T>
[[nodiscard]] T to_little(T value) noexcept {
  if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
    return value;
  } else {
    T swapped;
    const auto* from = reinterpret_cast<const std::byte*>(&value);
    auto* to = reinterpret_cast<std::byte*>(&swapped);
    for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = from[sizeof(T) - 1 - i];
    return swapped;
  }
}

/// Writes a payload.
class PayloadWriter : public cereal::OutputArchive<PayloadWriter> {
 public:
  PayloadWriter() : OutputArchive(this) {}

  void write(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }

  void write_length(std::uint64_t length) {
    for (; length >= 0x80; length >>= 7U)
      bytes_.push_back(static_cast<std::byte>((length & 0x7FU) | 0x80U));
    bytes_.push_back(static_cast<std::byte>(length));
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::vector<std::byte> take() && noexcept { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Reads a payload that nobody vouches for. Throws MalformedPayload.
class PayloadReader : public cereal::InputArchive<PayloadReader> {
 public:
  explicit PayloadReader(std::span<const std::byte> bytes) : InputArchive(this), left_(bytes) {}

  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

  /// The next `size` bytes; they belong to the payload.
  std::span<const std::byte> read(std::uint64_t size) {
    if (size > left_.size()) throw MalformedPayload{"it ends early"};
    const auto bytes = left_.first(static_cast<std::size_t>(size));
    left_ = left_.subspan(bytes.size());
    return bytes;
  }

  /// How many things follow, each of one byte at least; more than there are bytes is a lie.
  std::uint64_t read_length() {
    std::uint64_t length = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(read(1).front());
      length |= (byte & 0x7FU) << shift;
      if (byte >= 0x80) continue;
      if (length > left_.size()) throw MalformedPayload{"a length is greater than what is left"};
      return length;
    }
    throw MalformedPayload{"a length does not end"};
  }

 private:
  std::span<const std::byte> left_;
};

template <typename T>
concept PlainNumber =
    std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, long double>;

template <PlainNumber T>
void save(PayloadWriter& archive, const T& value) {
  const T little = to_little(value);
  archive.write(&little, sizeof little);
}

template <PlainNumber T>
void load(PayloadReader& archive, T& value) {
  std::memcpy(&value, archive.read(sizeof value).data(), sizeof value);
  value = to_little(value);
}

inline void save(PayloadWriter& archive, const bool& value) {
  const auto byte = static_cast<std::uint8_t>(value);
  archive.write(&byte, 1);
}

inline void load(PayloadReader& archive, bool& value) {
  const auto byte = std::to_integer<unsigned>(archive.read(1).front());
  if (byte > 1) throw MalformedPayload{"a truth value is neither 0 nor 1"};
  value = byte == 1;
}

}  // namespace track::schemas

CEREAL_SETUP_ARCHIVE_TRAITS(track::schemas::PayloadReader, track::schemas::PayloadWriter)
