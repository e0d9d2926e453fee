#include "journal/format.hpp"

#include "track/schemas/codec.hpp"

namespace track::storage::journal {

std::uint32_t header_crc(const FixedHeader& header) noexcept {
  return schemas::crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(FixedHeader, crc)));
}

}  // namespace track::storage::journal
