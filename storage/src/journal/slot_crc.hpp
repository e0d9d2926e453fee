#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "track/schemas/codec.hpp"

#include "journal/format.hpp"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace track::storage::journal {

/// Whether this processor has the crc32c instructions.
[[nodiscard]] inline bool has_crc_instruction() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#elif defined(__aarch64__)
  return (getauxval(AT_HWCAP) & (1UL << 7U)) != 0;  // HWCAP_CRC32
#else
  return false;
#endif
}

// Inline assembly, since a function compiled for another target is not inlined into the hot path.
[[nodiscard]] inline std::uint32_t crc_word(std::uint32_t crc, std::uint32_t data) noexcept {
#if defined(__x86_64__)
  asm("crc32l %1, %0" : "+r"(crc) : "r"(data));
#elif defined(__aarch64__)
  asm(".arch_extension crc\n\tcrc32cw %w0, %w0, %w1" : "+r"(crc) : "r"(data));
#else
  static_cast<void>(data);
#endif
  return crc;
}
[[nodiscard]] inline std::uint32_t crc_long(std::uint32_t crc, std::uint64_t data) noexcept {
#if defined(__x86_64__)
  std::uint64_t wide = crc;
  asm("crc32q %1, %0" : "+r"(wide) : "r"(data));
  return static_cast<std::uint32_t>(wide);
#elif defined(__aarch64__)
  asm(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(data));
  return crc;
#else
  static_cast<void>(data);
  return crc;
#endif
}

/// crc32c of a slot without its crc field. `instruction` is has_crc_instruction()'s answer.
[[nodiscard]] inline std::uint32_t slot_crc(const Slot& slot, std::uint32_t seed,
                                            bool instruction) noexcept {
  if (instruction) {
    std::uint32_t crc = crc_word(~seed, slot.head);
    crc = crc_long(crc, slot.a);
    crc = crc_long(crc, static_cast<std::uint64_t>(slot.time));
    return ~crc_long(crc, slot.b);
  }
  std::array<std::byte, k_record_size - sizeof slot.crc> bytes{};
  std::memcpy(bytes.data(), &slot.head, sizeof slot.head);
  std::memcpy(bytes.data() + sizeof slot.head, &slot.a, bytes.size() - sizeof slot.head);
  return schemas::crc32c(bytes, seed);
}

}  // namespace track::storage::journal
