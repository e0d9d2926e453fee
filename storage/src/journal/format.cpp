#include "journal/format.hpp"

#include "track/schemas/codec.hpp"

#include "journal/packed_format.hpp"

namespace track::storage::journal {

std::uint32_t header_crc(const FixedHeader& header) noexcept {
  return schemas::crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(FixedHeader, crc)));
}

std::uint32_t packed_header_crc(const PackedHeader& header) noexcept {
  return schemas::crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(PackedHeader, crc)));
}

}  // namespace track::storage::journal
