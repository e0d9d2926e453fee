#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace track::schemas {

/// The twins behind crc32c(): both give the same for every input.
[[nodiscard]] std::uint32_t crc32c_software(std::span<const std::byte> data,
                                            std::uint32_t seed) noexcept;
/// May be called only where crc32c_has_hardware().
[[nodiscard]] std::uint32_t crc32c_hardware(std::span<const std::byte> data,
                                            std::uint32_t seed) noexcept;
[[nodiscard]] bool crc32c_has_hardware() noexcept;

}  // namespace track::schemas
