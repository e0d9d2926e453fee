#include "crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "track/schemas/codec.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#define TRACK_CRC_TARGET __attribute__((target("sse4.2")))
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define TRACK_CRC_TARGET __attribute__((target("+crc")))
#endif

namespace track::schemas {
namespace {

constexpr std::uint32_t k_polynomial = 0x82F63B78;  // Castagnoli's, bits reversed

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[k][b] carries byte b over k further bytes of zero.
constexpr Tables make_tables() noexcept {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? k_polynomial : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto previous = tables[k - 1][byte];
      tables[k][byte] = (previous >> 8U) ^ tables[0][previous & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables k_tables = make_tables();

/// The next 8 bytes, the first lowest, whatever the machine's order.
std::uint64_t load_little(const std::byte* data) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, data, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

std::uint32_t crc32c_software(std::span<const std::byte> data, std::uint32_t seed) noexcept {
  std::uint32_t crc = ~seed;
  while (data.size() >= 8) {
    const auto word = load_little(data.data()) ^ crc;
    crc = 0;
    for (unsigned k = 0; k < 8; ++k) crc ^= k_tables[7 - k][(word >> (8 * k)) & 0xFFU];
    data = data.subspan(8);
  }
  for (const auto byte : data)
    crc = (crc >> 8U) ^ k_tables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
  return ~crc;
}

#if defined(TRACK_CRC_TARGET)

namespace {

#if defined(__x86_64__)
TRACK_CRC_TARGET inline std::uint32_t step(std::uint32_t crc, std::uint64_t word) noexcept {
  return static_cast<std::uint32_t>(_mm_crc32_u64(crc, word));
}
TRACK_CRC_TARGET inline std::uint32_t step(std::uint32_t crc, std::byte byte) noexcept {
  return _mm_crc32_u8(crc, std::to_integer<std::uint8_t>(byte));
}
#else
TRACK_CRC_TARGET inline std::uint32_t step(std::uint32_t crc, std::uint64_t word) noexcept {
  return __crc32cd(crc, word);
}
TRACK_CRC_TARGET inline std::uint32_t step(std::uint32_t crc, std::byte byte) noexcept {
  return __crc32cb(crc, std::to_integer<std::uint8_t>(byte));
}
#endif

bool find_hardware() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#endif
}

}  // namespace

TRACK_CRC_TARGET std::uint32_t crc32c_hardware(std::span<const std::byte> data,
                                               std::uint32_t seed) noexcept {
  std::uint32_t crc = ~seed;
  const std::byte* at = data.data();
  std::size_t left = data.size();
  for (; left >= 8; left -= 8, at += 8) crc = step(crc, load_little(at));
  for (; left > 0; --left, ++at) crc = step(crc, *at);
  return ~crc;
}

bool crc32c_has_hardware() noexcept {
  static const bool found = find_hardware();
  return found;
}

#else

std::uint32_t crc32c_hardware(std::span<const std::byte> data, std::uint32_t seed) noexcept {
  return crc32c_software(data, seed);
}

bool crc32c_has_hardware() noexcept { return false; }

#endif

std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t seed) noexcept {
  return crc32c_has_hardware() ? crc32c_hardware(data, seed) : crc32c_software(data, seed);
}

}  // namespace track::schemas
