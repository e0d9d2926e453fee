#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "track/schemas/journal_entry.hpp"

namespace track::schemas {

/// A record's payload with what its frame says of it.
struct EncodedEntry {
  std::uint8_t kind = 0;
  std::uint8_t version = 0;
  std::vector<std::byte> payload;
};

/// Never throws but std::bad_alloc.
[[nodiscard]] EncodedEntry encode(const JournalEntry& entry);

/// Reads a payload; a kind or version unknown here comes back as UnknownEntry.
///
/// The bytes are untrusted: a length that lies allocates no more than the payload
/// holds. Throws Error{corrupt} where a known kind does not parse. Trailing bytes,
/// which a newer minor version appended, are passed over.
[[nodiscard]] JournalEntry decode(std::uint8_t kind, std::uint8_t version,
                                  std::span<const std::byte> payload);

[[nodiscard]] std::uint8_t kind_of(const JournalEntry& entry) noexcept;

/// CRC-32C (Castagnoli; RFC 3720 appendix B.4) of `data`, continued from `seed`.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> data,
                                   std::uint32_t seed = 0) noexcept;

}  // namespace track::schemas
